package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.activations.RReLU;
import io.github.dl4jext.activations.Swish;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.schedules.PerEpoch;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Two workers: one trains the network itself, the other a copy that is made by JSON. */
class ParallelWrapperTest {

  private static final int BATCHES = 40;
  private static final int BATCH = 32;

  @Test
  void trainsWithTwoWorkers() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Adam(5e-3))
                .weightInit(new HeNormal())
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(16).activation(new Mish()).build())
                .layer(new DenseLayer.Builder().nIn(16).nOut(16).activation(new RReLU()).build())
                .layer(new DenseLayer.Builder().nIn(16).nOut(16).activation(new Swish(1.5)).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(16)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .weightInit(new GlorotUniform())
                        .build())
                .build());
    net.init();
    List<DataSet> batches = circles();
    double before = net.score(DataSet.merge(batches));
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(net)
            .workers(2)
            .prefetchBuffer(4)
            .averagingFrequency(2)
            .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
            .build();
    try {
      for (int epoch = 0; epoch < 6; epoch++) {
        wrapper.fit(new ListDataSetIterator<>(rows(batches), BATCH));
      }
    } finally {
      wrapper.shutdown();
    }
    assertThat(net.params().isNaN().any()).isFalse();
    assertThat(net.score(DataSet.merge(batches))).isLessThan(before / 2);
  }

  @Test
  void whatRegularizesAndWhatIsFrozenHolds() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Constraints.onWeights(
                new NeuralNetConfiguration.Builder()
                    .seed(4)
                    .updater(new Adam(5e-3))
                    .weightInit(new HeNormal())
                    .activation(Activation.RELU)
                    .list()
                    .layer(new DenseLayer.Builder().nIn(6).nOut(16).build())
                    .layer(
                        new DenseLayer.Builder()
                            .nIn(16)
                            .nOut(16)
                            .dropOut(Dropout.dropping(0.1))
                            .weightNoise(DropConnect.dropping(0.1))
                            .build())
                    .layer(
                        new OutputLayer.Builder()
                            .nIn(16)
                            .nOut(2)
                            .activation(Activation.SOFTMAX)
                            .build())
                    .build(),
                new MaxNorm(1)));
    net.init();
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(0));
    ParallelWrapper wrapper = new ParallelWrapper.Builder<>(frozen).workers(2).build();
    try {
      wrapper.fit(new ListDataSetIterator<>(rows(circles()), BATCH));
    } finally {
      wrapper.shutdown();
    }
    assertThat(frozen.getParam("0_W").ravel().toFloatVector())
        .isEqualTo(net.getParam("0_W").ravel().toFloatVector());
    for (String learns : List.of("1_W", "2_W")) {
      assertThat(frozen.getParam(learns).ravel().toDoubleVector())
          .isNotEqualTo(net.getParam(learns).ravel().toDoubleVector());
      assertThat(frozen.getParam(learns).norm2(0).maxNumber().doubleValue())
          .isLessThanOrEqualTo(1 + 1e-6);
    }
  }

  @Test
  void epochsPassWhereStepsAreCounted() {
    ISchedule theirs = new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.5);
    ISchedule ours = new PerEpoch(new Exponential(0.1, 0.5, 1), BATCHES / 2);
    assertThat(rateAfterTwoEpochs(theirs)).isEqualTo(0.1);
    assertThat(rateAfterTwoEpochs(ours)).isEqualTo(0.025);
  }

  private static double rateAfterTwoEpochs(ISchedule schedule) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(schedule))
                .list()
                .layer(
                    new OutputLayer.Builder().nIn(6).nOut(2).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net).workers(2).build();
    try {
      for (int epoch = 0; epoch < 2; epoch++) {
        wrapper.fit(new ListDataSetIterator<>(rows(circles()), BATCH));
      }
    } finally {
      wrapper.shutdown();
    }
    return schedule.valueAt(net.getIterationCount(), net.getEpochCount());
  }

  /**
   * The workers' Adam is lost at the end of each fit, and the next one starts with none. A second
   * fit of a stack that shares gradients would wait for ever.
   */
  @ParameterizedTest
  @EnumSource(names = {"AVERAGING", "SHARED_GRADIENTS"})
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aStackLosesWhatItsUpdaterRemembers(ParallelWrapper.TrainingMode mode) {
    MultiLayerNetwork stack =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Adam(5e-3))
                .list()
                .layer(
                    new OutputLayer.Builder().nIn(6).nOut(2).activation(Activation.SOFTMAX).build())
                .build());
    stack.init();
    ComputationGraph graph = stack.toComputationGraph();
    fitOnce(stack, mode);
    assertThat(stack.getIterationCount()).isEqualTo(BATCHES / 2);
    assertThat(stack.getUpdater().getStateViewArray().norm1Number().doubleValue()).isZero();
    fitOnce(graph, mode);
    assertThat(graph.getUpdater().getStateViewArray().norm1Number().doubleValue()).isPositive();
  }

  private static void fitOnce(Model model, ParallelWrapper.TrainingMode mode) {
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(model).workers(2).trainingMode(mode).build();
    try {
      wrapper.fit(new ListDataSetIterator<>(rows(circles()), BATCH));
    } finally {
      wrapper.shutdown();
    }
  }

  /** Whether a point lies in a ball: nothing that a linear model could tell. */
  private static List<DataSet> circles() {
    Nd4j.getRandom().setSeed(8);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      INDArray x = Nd4j.randn(BATCH, 6);
      INDArray inside = x.norm2(1).lt(2.3).castTo(x.dataType());
      batches.add(new DataSet(x, Nd4j.vstack(inside, inside.rsub(1)).transpose()));
    }
    return batches;
  }

  private static List<DataSet> rows(List<DataSet> batches) {
    return DataSet.merge(batches).asList();
  }
}
