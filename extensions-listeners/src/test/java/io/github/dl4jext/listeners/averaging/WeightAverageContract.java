package io.github.dl4jext.listeners.averaging;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.array;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.data;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.golden;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.clipping.AroundTheStep;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.testkit.PluginContract;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What both averages keep. */
public abstract class WeightAverageContract extends PluginContract<TrainingListener> {

  static final JsonNode GOLDEN = golden("averaging");

  /** The listener that PyTorch's AveragedModel was given, and its name in the golden. */
  abstract WeightAverage likePyTorch();

  abstract String nameInGolden();

  /** One that takes the weights of every step. */
  abstract WeightAverage everyStep();

  @Override
  protected final Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  public static Model normalized(boolean asGraph, boolean logarithm) {
    NeuralNetConfiguration.Builder base = base(new Sgd(GOLDEN.get("rate").asDouble()));
    Layer[] layers = {
      dense(3, 4, Activation.IDENTITY),
      new BatchNormalization.Builder().nIn(4).nOut(4).useLogStd(logarithm).build(),
      new ActivationLayer(Activation.TANH),
      output(4, 2)
    };
    Model model = asGraph ? AroundTheStep.graph(base, layers) : network(base, layers);
    JsonNode start = GOLDEN.get("start");
    set(model, "0_W", array(start.get("0.weight")));
    set(model, "0_b", array(start.get("0.bias")));
    set(model, "1_gamma", array(start.get("1.weight")));
    set(model, "1_beta", array(start.get("1.bias")));
    set(model, "3_W", array(start.get("3.weight")));
    set(model, "3_b", array(start.get("3.bias")));
    return model;
  }

  public static List<DataSet> batches() {
    List<DataSet> batches = new ArrayList<>();
    GOLDEN.get("batches").forEach(batch -> batches.add(data(batch)));
    return batches;
  }

  /** Each batch as it is. */
  static DataSetIterator iterator() {
    List<DataSet> examples = new ArrayList<>();
    batches().forEach(batch -> examples.addAll(batch.asList()));
    return new ListDataSetIterator<>(examples, 5);
  }

  public static Model averaged(WeightAverage average, Model model) {
    return average.averaged(model, iterator());
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void averagesAndRecomputesStatisticsAsPyTorchDoes(boolean asGraph, boolean logarithm) {
    Model model = normalized(asGraph, logarithm);
    WeightAverage average = likePyTorch();
    listen(model, average);
    batches().forEach(batch -> fit(model, batch));
    assertWeights(model, GOLDEN.get("end"));
    INDArray before = model.params().dup();

    Model averaged = averaged(average, model);
    JsonNode expected = GOLDEN.get(nameInGolden());
    assertWeights(averaged, expected);
    AroundTheStep.assertClose(
        "mean", averaged.getParam("1_mean"), array(expected.get("1.running_mean")), 1e-12);
    // PyTorch's running variance is divided by n - 1, with n = 5 examples in each batch, and leaves
    // out how far the batches are apart
    INDArray variance =
        array(expected.get("1.running_var")).mul(4 / 5.0).addi(betweenBatches(averaged));
    AroundTheStep.assertClose(
        "variance",
        logarithm ? averaged.getParam("1_log10stdev") : averaged.getParam("1_var"),
        logarithm ? logarithmOfDeviation(variance) : variance,
        1e-12);

    assertThat(numbers(model.params()))
        .as("the network itself is not touched")
        .isEqualTo(numbers(before));
    assertThat(averaged.getClass()).isEqualTo(model.getClass());
  }

  /** The variance of the batches' means. */
  private static INDArray betweenBatches(Model model) {
    INDArray means = Nd4j.create(DataType.DOUBLE, batches().size(), 4);
    for (int i = 0; i < batches().size(); i++) {
      INDArray sums = batches().get(i).getFeatures().mmul(model.getParam("0_W"));
      means.putRow(i, sums.addRowVector(model.getParam("0_b")).mean(0));
    }
    return means.var(false, 0);
  }

  private static INDArray logarithmOfDeviation(INDArray variance) {
    double[] values = variance.toDoubleVector();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.log10(Math.sqrt(values[i]));
    }
    return Nd4j.createFromArray(values);
  }

  private static void assertWeights(Model model, JsonNode expected) {
    // two programs, 8 steps: a few roundings apart
    AroundTheStep.assertClose("W", model.getParam("0_W"), array(expected.get("0.weight")), 1e-11);
    AroundTheStep.assertClose(
        "g", model.getParam("1_gamma"), array(expected.get("1.weight")), 1e-11);
    AroundTheStep.assertClose("b", model.getParam("1_beta"), array(expected.get("1.bias")), 1e-11);
    AroundTheStep.assertClose("W", model.getParam("3_W"), array(expected.get("3.weight")), 1e-11);
    AroundTheStep.assertClose("b", model.getParam("3_b"), array(expected.get("3.bias")), 1e-11);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesOnBitForBitAfterSavingAndRestoring(boolean asGraph, @TempDir Path folder)
      throws IOException {
    WeightAverage uninterrupted = everyStep();
    Model model = adam(asGraph);
    listen(model, uninterrupted);
    batches().subList(0, 4).forEach(batch -> fit(model, batch));
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(model, file, true);
    ModelSerializer.addObjectToFile(file, "average", uninterrupted);
    batches().subList(4, 8).forEach(batch -> fit(model, batch));

    Model restored =
        asGraph
            ? ModelSerializer.restoreComputationGraph(file, true)
            : ModelSerializer.restoreMultiLayerNetwork(file, true);
    WeightAverage resumed = ModelSerializer.getObjectFromFile(file, "average");
    assertThat(resumed.count(restored)).isEqualTo(4);
    listen(restored, resumed);
    batches().subList(4, 8).forEach(batch -> fit(restored, batch));

    assertThat(numbers(restored.params())).isEqualTo(numbers(model.params()));
    assertThat(resumed.count(restored)).isEqualTo(8).isEqualTo(uninterrupted.count(model));
    double[] expected = numbers(averaged(uninterrupted, model).params());
    assertThat(expected).isNotEqualTo(numbers(model.params()));
    assertThat(numbers(averaged(resumed, restored).params())).isEqualTo(expected);
  }

  private static Model adam(boolean asGraph) {
    NeuralNetConfiguration.Builder base = base(new Adam(0.01));
    Layer[] layers = {dense(3, 4, Activation.TANH), output(4, 2)};
    return asGraph ? AroundTheStep.graph(base, layers) : network(base, layers);
  }

  @Test
  void aRestoredAverageWaitsForANetworkOfItsSize() {
    MultiLayerNetwork network = (MultiLayerNetwork) adam(false);
    WeightAverage average = everyStep();
    listen(network, average);
    network.fit(batches().get(0));
    WeightAverage restored = AroundTheStep.serialized(AroundTheStep.serialized(average));
    assertThat(restored.count(normalized(false, true))).isZero();
    assertThat(restored.count(network)).isEqualTo(1);
    assertThat(numbers(restored.averaged(network).params())).isEqualTo(numbers(network.params()));
  }

  @Test
  void frozenWeightsAreKeptToTheLastBit() {
    for (boolean asGraph : new boolean[] {false, true}) {
      NeuralNetConfiguration.Builder base = base(new Sgd(0.1));
      Layer[] layers = {
        new FrozenLayer(dense(3, 4, Activation.TANH)),
        new FrozenLayer(new BatchNormalization.Builder().nIn(4).nOut(4).build()),
        output(4, 2)
      };
      Model model = asGraph ? AroundTheStep.graph(base, layers) : network(base, layers);
      set(model, "1_mean", Nd4j.createFromArray(0.1, 0.2, 0.3, 0.4));
      WeightAverage average = everyStep();
      listen(model, average);
      for (int epoch = 0; epoch < 5; epoch++) {
        batches().forEach(batch -> fit(model, batch));
      }
      Model averaged = average.averaged(model);
      assertThat(numbers(averaged.getParam("0_W"))).isEqualTo(numbers(model.getParam("0_W")));
      assertThat(numbers(averaged.getParam("2_W"))).isNotEqualTo(numbers(model.getParam("2_W")));
      assertThat(numbers(averaged(average, model).getParam("1_mean")))
          .as("a frozen layer keeps its statistics")
          .isEqualTo(numbers(model.getParam("1_mean")));
      double[] frozen = numbers(averaged.getParam("0_W"));
      fit(averaged, batches().get(0));
      assertThat(numbers(averaged.getParam("0_W"))).as("still frozen").isEqualTo(frozen);
    }
  }

  @Test
  void theCopyIsANetworkOfItsOwn() {
    for (boolean asGraph : new boolean[] {false, true}) {
      Model model = normalized(asGraph, true);
      WeightAverage average = everyStep();
      listen(model, average);
      fit(model, batches().get(0));
      Model averaged = averaged(average, model);
      INDArray before = model.params().dup();
      fit(averaged, batches().get(1));
      assertThat(average.count(model)).as("the copy has no listener").isEqualTo(1);
      assertThat(numbers(model.params())).isEqualTo(numbers(before));
      fit(model, batches().get(1));
      assertThat(average.count(model)).as("the original still has it").isEqualTo(2);
    }
  }

  @Test
  void theAverageKeepsTheConstraints() {
    DenseLayer layer =
        new DenseLayer.Builder()
            .nIn(3)
            .nOut(4)
            .activation(Activation.TANH)
            .constrainWeights(new NonNegativeConstraint())
            .build();
    MultiLayerNetwork network = network(base(new Sgd(1)), layer, output(4, 2));
    WeightAverage average = everyStep();
    listen(network, average);
    batches().forEach(network::fit);
    assertThat(average.averaged(network).getParam("0_W").minNumber().doubleValue()).isZero();
  }

  @Test
  void anAverageThatIsNotThereIsAnError() {
    MultiLayerNetwork network = (MultiLayerNetwork) adam(false);
    WeightAverage average = everyStep();
    assertThat(average.count(network)).isZero();
    assertThatThrownBy(() -> average.averaged(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            plugin().name()
                + ": there is no average of this network yet; add the listener to it and train it"
                + " first");
  }

  /** What is stored is the average of the network that carries on the training. */
  @Test
  void theAverageThatIsStoredIsThatOfTheTrainingAndNotUpToTheGarbageCollector() {
    for (boolean asGraph : new boolean[] {false, true}) {
      Model before = adam(asGraph);
      WeightAverage average = everyStep();
      listen(before, average);
      batches().subList(0, 4).forEach(batch -> fit(before, batch));
      Model now = NetworkCopy.from(before).carryingOnTraining().build();
      assertThat(average.count(now)).isEqualTo(4);
      fit(now, batches().get(4));
      fit(before, batches().get(5));
      fit(before, batches().get(6));
      WeightAverage restored = AroundTheStep.serialized(average);
      assertThat(restored.count(now)).isEqualTo(5);
      assertThat(numbers(restored.averaged(now).params()))
          .isEqualTo(numbers(average.averaged(now).params()));
      assertThat(average.count(before)).as("its own goes on by itself").isEqualTo(6);
    }
  }

  @Test
  void whoseAverageIsStoredMustBeSaidWhereNetworksAreTrainedInTurns() {
    Model one = adam(false);
    Model other = adam(false);
    WeightAverage average = everyStep();
    listen(one, average);
    listen(other, average);
    fit(one, batches().get(0));
    fit(other, batches().get(1));
    fit(one, batches().get(2));
    assertThatThrownBy(() -> AroundTheStep.serialized(average))
        .hasStackTraceContaining("networks were trained in turns with this listener")
        .hasStackTraceContaining("storing(network)");
    WeightAverage restored = AroundTheStep.serialized(average.storing(other));
    assertThat(restored.count(other)).isEqualTo(1);
    WeightAverage resumed = everyStep();
    resumed.resumeFrom(average.storing(one));
    assertThat(resumed.count(one)).isEqualTo(2);
  }

  @Test
  void statisticsWantData() {
    MultiLayerNetwork network = (MultiLayerNetwork) normalized(false, true);
    WeightAverage average = everyStep();
    listen(network, average);
    network.fit(batches().get(0));
    assertThatThrownBy(() -> average.averaged(network, new ListDataSetIterator<>(List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the iterator has none");
  }
}
