package io.github.dl4jext.it;

import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.cpu.FastConvolution;
import io.github.dl4jext.cpu.FastDense;
import io.github.dl4jext.cpu.FastLayers;
import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.checkpoints.Resumed;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.surgery.GraphTransferBuilder;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** With layers that compute each thing once, every other part does what it does with DL4J's. */
class FastLayersTogetherTest {

  private static Model network(Type type) {
    return Trainings.network(type, new Adam(0.01), new Adam(0.02));
  }

  private static double[] numbers(INDArray array) {
    return array.data().asDouble();
  }

  private static Model trained(Model model) {
    Nd4j.getRandom().setSeed(4);
    fit(model, batches(0, 3), 2);
    return model;
  }

  @ParameterizedTest
  @EnumSource
  void freezingAndThawing(Type type) {
    Model[] both = {network(type), FastLayers.of(network(type))};
    for (int i = 0; i < both.length; i++) {
      Model frozen = trained(Freezing.freeze(trained(both[i]), LayerSelector.at(0)));
      both[i] = trained(Freezing.unfreeze(frozen, LayerSelector.all()));
    }
    assertThat(numbers(both[1].params())).isEqualTo(numbers(both[0].params()));
    assertThat(Network.of(both[1]).nodes().get(0).layer().orElseThrow())
        .isInstanceOf(FastDense.class);
  }

  @ParameterizedTest
  @EnumSource
  void optimizersConstraintsAndActivationsOfOurs(Type type) {
    Model[] both = {network(type), FastLayers.of(network(type))};
    for (Model model : both) {
      Network.of(model).nodes().stream()
          .filter(node -> node.layer().orElse(null) instanceof DenseLayer)
          .forEach(node -> ((DenseLayer) node.layer().get()).setActivationFn(new Mish()));
      new AdamW().configure(model);
      trained(Constraints.onWeights(model, new MaxNorm(0.5)));
    }
    assertThat(numbers(both[1].params())).isEqualTo(numbers(both[0].params()));
  }

  @ParameterizedTest
  @EnumSource
  void foldingAndMonteCarloDropout(Type type) {
    Model plain = trained(network(type));
    Model fast = FastLayers.of(plain);
    assertThat(Trainings.output(BatchNormFolding.fold(fast).network(), batch(9).getFeatures()))
        .isEqualTo(
            Trainings.output(BatchNormFolding.fold(plain).network(), batch(9).getFeatures()));
    INDArray[] means = new INDArray[2];
    for (int i = 0; i < 2; i++) {
      means[i] =
          MonteCarloDropout.builder(i == 0 ? plain : fast)
              .samples(20)
              .seed(3)
              .build()
              .predict(batch(9).getFeatures())
              .mean();
    }
    assertThat(numbers(means[1])).isEqualTo(numbers(means[0]));
  }

  @ParameterizedTest
  @EnumSource
  void newHeads(Type type) {
    Model fast = FastLayers.of(trained(network(type)));
    DenseLayer head = new DenseLayer.Builder().nOut(3).build();
    Model transferred =
        Network.of(fast)
            .<Model>byType(
                stack -> new TransferBuilder(stack).dropLast(1).add(head).build(),
                graph ->
                    new GraphTransferBuilder(graph)
                        .drop(Network.of(graph).configuration().outputs().get(0))
                        .add("head", head, Network.of(graph).nodes().get(2).name())
                        .build());
    assertThat(Network.of(transferred).nodes().get(0).layer().orElseThrow())
        .isInstanceOf(FastDense.class);
  }

  @ParameterizedTest
  @EnumSource
  void severalWorkers(Type type) {
    Model fast = FastLayers.of(network(type));
    double before = fast.params().sumNumber().doubleValue();
    ParallelTraining.builder(fast)
        .workers(2)
        .mode(TrainingMode.AVERAGING)
        .build()
        .fit(batches(0, 8), 2);
    assertThat(fast.params().sumNumber().doubleValue()).isFinite().isNotEqualTo(before);
    assertThat(Network.of(fast).progress().epochs()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void checkpointsGoOnBitByBit(Type type, @TempDir Path folder) {
    Model whole = FastLayers.of(network(type));
    whole.setListeners(new ExponentialMovingAverage(0.9));
    Nd4j.getRandom().setSeed(4);
    fit(whole, batches(0, 3), 4);
    Model first = FastLayers.of(network(type));
    first.setListeners(new ExponentialMovingAverage(0.9), new Checkpoint(folder));
    Nd4j.getRandom().setSeed(4);
    fit(first, batches(0, 3), 2);
    Resumed resumed = Checkpoint.resume(folder);
    Model rest = resumed.network();
    rest.setListeners(new TrainingListener[] {new ExponentialMovingAverage(0.9)});
    resumed.fit(batches(0, 3), 4);
    assertThat(numbers(rest.params())).isEqualTo(numbers(whole.params()));
  }

  private static MultiLayerNetwork images() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                .layer(new DenseLayer.Builder().nOut(8).dropOut(0.5).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    net.init();
    return net;
  }

  private static List<DataSet> imageBatches() {
    List<DataSet> batches = new ArrayList<>();
    for (int seed = 1; seed <= 6; seed++) {
      Nd4j.getRandom().setSeed(seed);
      INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, 3);
      for (int i = 0; i < 8; i++) {
        labels.putScalar(i, (i + seed) % 3, 1);
      }
      batches.add(new DataSet(Nd4j.randn(DataType.FLOAT, 8, 2, 6, 6), labels));
    }
    return batches;
  }

  private static MultiLayerNetwork trainedOnImages(MultiLayerNetwork model) {
    Nd4j.getRandom().setSeed(4);
    imageBatches().forEach(model::fit);
    return model;
  }

  @Test
  void convolutions() {
    MultiLayerNetwork[] both = {images(), FastLayers.of(images())};
    double[][] found = new double[2][];
    INDArray x = imageBatches().get(0).getFeatures();
    for (int i = 0; i < 2; i++) {
      MultiLayerNetwork frozen =
          trainedOnImages(Freezing.freeze(trainedOnImages(both[i]), LayerSelector.at(0)));
      MultiLayerNetwork thawed = trainedOnImages(Freezing.unfreeze(frozen, LayerSelector.all()));
      INDArray mean =
          MonteCarloDropout.builder(thawed).samples(5).seed(3).build().predict(x).mean();
      INDArray folded = BatchNormFolding.fold(thawed, x).network().output(x);
      found[i] =
          Stream.of(thawed.params(), mean, folded)
              .flatMapToDouble(array -> DoubleStream.of(numbers(array.dup('c'))))
              .toArray();
      both[i] = thawed;
    }
    assertThat(found[1]).isEqualTo(found[0]);
    assertThat(both[1].getLayer(0).conf().getLayer()).isInstanceOf(FastConvolution.class);
    MultiLayerNetwork transferred =
        new TransferBuilder(both[1])
            .dropLast(1)
            .add(new DenseLayer.Builder().nOut(3).build())
            .build();
    assertThat(transferred.getLayer(2).conf().getLayer()).isInstanceOf(FastConvolution.class);
  }

  @Test
  void severalWorkersTrainConvolutions() {
    MultiLayerNetwork fast = FastLayers.of(images());
    double[] before = numbers(fast.params().dup());
    ParallelTraining.builder(fast)
        .workers(2)
        .mode(TrainingMode.AVERAGING)
        .build()
        .fit(new ListDataSetIterator<>(imageBatches()), 2);
    assertThat(numbers(fast.params())).isNotEqualTo(before).doesNotContain(Double.NaN);
  }
}
