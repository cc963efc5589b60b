package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.WeightedLayers.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * Tests what every constraint must do.
 *
 * <ul>
 *   <li>It acts once per step on the incoming weights of each output unit, in every layer of DL4J,
 *       whatever the layer's order in memory.
 *   <li>It does not change a bit of weights that satisfy it already, and does not spread or hide
 *       NaN.
 *   <li>It does not change frozen layers, biases, gains, slopes and the parameters of batch
 *       normalization.
 *   <li>It satisfies {@link StoredPluginContract}.
 * </ul>
 *
 * <p>A test states what becomes of the weights of one unit:
 *
 * <pre>{@code
 * class MaxNormTest extends ConstraintContract {
 *   protected String spec() { return "max_norm(maxNorm=1.5)"; }
 *   protected double[] held(double... unit) { ... }
 *   protected double[] kept() { return new double[] {0.6, -0.8, 0.1, 0}; }
 * }
 * }</pre>
 */
public abstract class ConstraintContract extends StoredPluginContract<LayerConstraint> {

  /** The largest relative error of a weight in float. */
  private static final double FLOAT_TOLERANCE = 3e-7;

  private static final double DOUBLE_TOLERANCE = 1e-13;

  @Override
  protected final Class<LayerConstraint> kind() {
    return LayerConstraint.class;
  }

  /**
   * Computes what the constraint makes of the weights of one unit, by the simplest formula.
   *
   * @param unit any finite weights
   * @return the weights after the constraint has acted
   */
  protected abstract double[] held(double... unit);

  /**
   * Returns weights of one unit that satisfy the constraint already; if it allows a range, not all
   * of them on its border.
   *
   * @return four weights
   */
  protected abstract double[] kept();

  @Test
  final void holdsOnTheIncomingWeightsOfEachUnitOfEveryLayer() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      for (Weights weights : WeightedLayers.all()) {
        MultiLayerNetwork network = weights.network(type);
        constrain(network);
        DataBuffer memory = network.getParam("0_" + weights.key()).data();
        fill(memory, weights);
        double[] before = numbers(memory);
        network.applyConstraints(0, 0);
        assertHeld(weights, before, numbers(memory), type);
      }
    }
  }

  private static void fill(DataBuffer memory, Weights weights) {
    Random random = new Random(3);
    Map<Integer, Double> scales = new HashMap<>(); // units inside, outside and far outside
    for (int i = 0; i < memory.length(); i++) {
      double scale =
          scales.computeIfAbsent(
              weights.unitAt().applyAsInt(i), unit -> Math.pow(10, unit % 4 - 2));
      memory.put(i, scale * random.nextGaussian());
    }
  }

  private void assertHeld(Weights weights, double[] before, double[] after, DataType type) {
    Map<Integer, List<Integer>> units = new HashMap<>();
    for (int i = 0; i < before.length; i++) {
      units.computeIfAbsent(weights.unitAt().applyAsInt(i), u -> new ArrayList<>()).add(i);
    }
    units.forEach(
        (unit, places) -> {
          double[] given = places.stream().mapToDouble(i -> before[i]).toArray();
          double[] expected = unit == WeightedLayers.NONE ? given : held(given);
          for (int i = 0; i < expected.length; i++) {
            double tolerance = type == DataType.FLOAT ? FLOAT_TOLERANCE : DOUBLE_TOLERANCE;
            assertThat(after[places.get(i)])
                .as("%s, %s, unit %d, place %d", type, weights, unit, places.get(i))
                .isCloseTo(expected[i], within(tolerance * Math.abs(expected[i])));
          }
        });
  }

  @Test
  final void changesNoBitOfWhatKeepsIt() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      MultiLayerNetwork network = dense(type);
      constrain(network);
      DataBuffer memory = network.getParam("0_W").data();
      double[] kept = kept();
      for (int i = 0; i < memory.length(); i++) {
        memory.put(i, kept[i % 4]);
      }
      double[] before = numbers(memory);
      for (int i = 0; i < 1000; i++) {
        network.applyConstraints(i, 0);
      }
      assertThat(numbers(memory)).as("%s", type).isEqualTo(before);
    }
  }

  @Test
  final void zerosStayZerosAndNaNStaysInItsUnit() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      MultiLayerNetwork network = dense(type);
      constrain(network);
      INDArray weights = network.getParam("0_W");
      weights.assign(3);
      weights.getColumn(0).assign(0);
      weights.putScalar(2, 1, Double.NaN);
      network.applyConstraints(0, 0);
      assertThat(weights.getColumn(0).toDoubleVector()).containsOnly(0);
      assertThat(weights.getDouble(2, 1)).isNaN();
      double[] expected = held(3, 3, 3, 3);
      for (int i = 0; i < 4; i++) {
        assertThat(weights.getDouble(i, 2)).isCloseTo(expected[i], within(FLOAT_TOLERANCE * 3));
      }
    }
  }

  @Test
  final void holdsOncePerStep() {
    MultiLayerNetwork network = Networks.multiLayer(builder -> builder.updater(new Sgd(0)));
    ComputationGraph graph = Networks.graph(builder -> builder.updater(new Sgd(0)));
    assertOnce(network, "0_W");
    assertOnce(graph, "a_W");
  }

  private void assertOnce(Model model, String name) {
    constrain(model);
    INDArray weights = model.getParam(name);
    weights.muli(7);
    double[] before = numbers(weights.data());
    Networks.fitOnce(model);
    int in = (int) weights.size(0);
    Weights dense = new Weights(null, null, name, i -> i / in);
    assertHeld(dense, before, numbers(weights.data()), DataType.DOUBLE);
  }

  @Test
  final void leavesFrozenLayersBiasesGainsSlopesAndStatisticsAlone() {
    MultiLayerNetwork network = ofScales();
    constrain(network);
    network.params().muli(-9);
    Map<String, double[]> before = table(network);
    network.applyConstraints(0, 0);
    table(network)
        .forEach(
            (name, after) -> {
              if (Set.of("1_W", "4_W").contains(name)) {
                assertThat(after).as(name).isNotEqualTo(before.get(name));
              } else {
                assertThat(after).as(name).isEqualTo(before.get(name));
              }
            });
  }

  @Test
  final void leavesGainsAndSlopesAloneIfDl4jsBuilderNamesThem() {
    LayerConstraint constraint = create();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .constrainWeights(constraint)
                .list()
                .layer(new DenseLayer.Builder().nOut(3).hasLayerNorm(true).build())
                .layer(new PReLULayer.Builder().inputShape(3).build())
                .layer(output())
                .setInputType(InputType.feedForward(4))
                .build());
    network.init();
    network.params().muli(-9);
    Map<String, double[]> before = table(network);
    network.applyConstraints(0, 0);
    assertThat(table(network).get("0_g")).isEqualTo(before.get("0_g"));
    assertThat(table(network).get("1_W")).isEqualTo(before.get("1_W"));
    assertThat(table(network).get("0_W")).isNotEqualTo(before.get("0_W"));
  }

  @Test
  final void holdsOnTheWeightsWhenNoParameterIsNamed() {
    MultiLayerNetwork named = ofScales();
    MultiLayerNetwork unnamed = ofScales();
    constrain(named);
    for (Node layer : Network.of(unnamed).nodes()) {
      layer.learners().forEach(c -> ((Layer) c).setConstraints(List.of(create())));
    }
    named.params().muli(-9);
    unnamed.params().muli(-9);
    named.applyConstraints(0, 0);
    unnamed.applyConstraints(0, 0);
    assertThat(Networks.numbers(unnamed)).isEqualTo(Networks.numbers(named));
  }

  /** A bias is constrained as one vector, as by Keras's bias_constraint. */
  @Test
  final void holdsOnABiasAsAWhole() {
    MultiLayerNetwork network = dense(DataType.DOUBLE);
    LayerConstraint constraint = create();
    constraint.setParams(Set.of("b"));
    ((Layer) Network.of(network).nodes().get(0).learners().get(0))
        .setConstraints(List.of(constraint));
    DataBuffer bias = network.getParam("0_b").data();
    double[] before = {3, -1, 5};
    for (int i = 0; i < 3; i++) {
      bias.put(i, before[i]);
    }
    network.applyConstraints(0, 0);
    assertHeld(new Weights(null, null, "b", i -> 0), before, numbers(bias), DataType.DOUBLE);
  }

  @Test
  final void theParametersNamedAreKept() throws JsonProcessingException {
    LayerConstraint named = create();
    named.setParams(new LinkedHashSet<>(List.of("W", "RW")));
    LayerConstraint clone = named.clone();
    assertThat(clone).isEqualTo(named).hasSameHashCodeAs(named).isNotEqualTo(create());
    LayerConstraint read =
        mapper().readValue(mapper().writeValueAsString(named), LayerConstraint.class);
    assertThat(read).isEqualTo(named);
    assertThat(read.getParams()).containsExactlyInAnyOrder("W", "RW");
    clone.setParams(Set.of("b"));
    assertThat(named.getParams()).containsExactlyInAnyOrder("W", "RW");
    assertThat(clone).isNotEqualTo(named);
  }

  @Test
  final void networksAreSavedAndTrainOnBitByBit() {
    for (String spec : specs()) {
      LayerConstraint constraint = Plugins.installed().create(LayerConstraint.class, spec);
      Networks.assertResumes(Networks.multiLayer(b -> constrained(b, constraint)));
      Networks.assertResumes(Networks.graph(b -> constrained(b, constraint)));
    }
  }

  private List<String> specs() {
    List<String> specs = new ArrayList<>(otherSpecs());
    specs.add(spec());
    return specs;
  }

  private static DenseLayer.Builder constrained(DenseLayer.Builder b, LayerConstraint constraint) {
    b.constrainWeights(constraint);
    return b;
  }

  /** Puts the constraint on the weights of every layer, as an installer does. */
  private void constrain(Model model) {
    for (Node place : Network.of(model).nodes()) {
      for (TrainingConfig config : place.learners()) {
        Layer layer = (Layer) config;
        LayerConstraint constraint = create();
        constraint.setParams(
            new LinkedHashSet<>(
                layer.initializer().weightKeys(layer).stream()
                    .filter(key -> UnitAxes.isKernel(layer, key))
                    .toList()));
        layer.setConstraints(new ArrayList<>(List.of(constraint)));
      }
    }
  }

  private static MultiLayerNetwork dense(DataType type) {
    return new Weights(
            new DenseLayer.Builder().nOut(3).build(), InputType.feedForward(4), "W", i -> i / 4)
        .network(type);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** Makes a network with a frozen layer, and with every kind of parameter that is not a weight. */
  private static MultiLayerNetwork ofScales() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new FrozenLayer(new DenseLayer.Builder().nOut(4).build()))
                .layer(new DenseLayer.Builder().nOut(3).biasInit(1).hasLayerNorm(true).build())
                .layer(new PReLULayer.Builder().inputShape(3).build())
                .layer(new BatchNormalization())
                .layer(output())
                .setInputType(InputType.feedForward(4))
                .build());
    network.init();
    return network;
  }

  private static Map<String, double[]> table(MultiLayerNetwork network) {
    Map<String, double[]> table = new HashMap<>();
    network.paramTable().forEach((name, array) -> table.put(name, numbers(array.data())));
    return table;
  }

  /** The elements in the order of memory. */
  private static double[] numbers(DataBuffer memory) {
    return memory.asDouble();
  }
}
