package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.graph;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Sequences that repeat one time step have that step's norm, however long they are. */
class LimitPerTimeStepTest {

  private static final int EXAMPLES = 3;

  private static RnnOutputLayer everyStep(RNNFormat format) {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nIn(2)
        .nOut(2)
        .dataFormat(format)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static Model model(boolean asGraph, Layer... layers) {
    Model model = asGraph ? graph(base(new Sgd(1)), layers) : network(base(new Sgd(1)), layers);
    model.params().assign(0.5);
    return model;
  }

  /** Ones, and labels of zeros. */
  private static DataSet data(RNNFormat format, int steps) {
    long[] shape =
        format == RNNFormat.NCW ? new long[] {EXAMPLES, 2, steps} : new long[] {EXAMPLES, steps, 2};
    return new DataSet(Nd4j.ones(DataType.DOUBLE, shape), Nd4j.zeros(DataType.DOUBLE, shape));
  }

  private static double norm(Model model, DataSet data) {
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e6).perTimeStep();
    listen(model, clip);
    fit(model, data);
    return clip.report(model).norm();
  }

  /** Each output is 1.5, the slope of its mean square 1.5, for two weights and a bias each. */
  private static final double OF_ONE_STEP = Math.sqrt(6 * 1.5 * 1.5);

  @ParameterizedTest
  @CsvSource({"false, NCW", "true, NCW", "false, NWC", "true, NWC"})
  void theNormIsThatOfOneTimeStep(boolean asGraph, RNNFormat format) {
    for (int steps : new int[] {1, 10, 100}) {
      assertThat(norm(model(asGraph, everyStep(format)), data(format, steps)))
          .as("%d time steps", steps)
          .isCloseTo(OF_ONE_STEP, within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void hiddenTimeStepsDoNotCount(boolean asGraph, boolean ofLabels) {
    DataSet data = data(RNNFormat.NCW, 8);
    INDArray mask = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, 8);
    int[] lengths = {8, 3, 1};
    for (int i = 0; i < EXAMPLES; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        mask.putScalar(i, t, 1);
      }
    }
    if (ofLabels) {
      data.setLabelsMaskArray(mask);
    } else {
      data.setFeaturesMaskArray(mask);
    }
    assertThat(norm(model(asGraph, everyStep(RNNFormat.NCW)), data))
        .isCloseTo(OF_ONE_STEP, within(1e-9));
  }

  @Test
  void oneLabelForASequenceIsOneTimeStep() {
    Model model =
        model(
            false, new LastTimeStep(new SimpleRnn.Builder().nIn(2).nOut(2).build()), output(2, 2));
    ClipByGlobalNorm plain = new ClipByGlobalNorm(1e6);
    listen(model, plain, new ClipByGlobalNorm(1e6).perTimeStep());
    DataSet data =
        new DataSet(
            Nd4j.ones(DataType.DOUBLE, EXAMPLES, 2, 7), Nd4j.zeros(DataType.DOUBLE, EXAMPLES, 2));
    double norm = norm(model, data);
    model.params().assign(0.5);
    listen(model, plain);
    fit(model, data);
    assertThat(plain.report(model).norm()).isEqualTo(norm);
  }

  @Test
  void eachSegmentOfTruncatedBackpropagationCountsItsOwn() {
    List<Double> norms = new ArrayList<>();
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            base(new Sgd(0))
                .list()
                .layer(
                    new SimpleRnn.Builder().nIn(2).nOut(2).activation(Activation.IDENTITY).build())
                .layer(everyStep(RNNFormat.NCW))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .build());
    model.init();
    model.params().assign(0);
    model.getParam("1_b").assign(1.5); // so that each time step has the same slope, of the bias
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e6).perTimeStep();
    listen(model, clip, AroundTheStep.onGradient(m -> norms.add(clip.report(m).norm())));
    model.fit(data(RNNFormat.NCW, 10));
    assertThat(norms).hasSize(3);
    assertThat(norms).allSatisfy(norm -> assertThat(norm).isCloseTo(norms.get(0), within(1e-12)));
    assertThat(norms.get(0)).isCloseTo(1.5 * Math.sqrt(2), within(1e-12));
  }

  @Test
  void everyClipTakesItsLimitPerTimeStep() {
    List<TrainingListener> clips =
        List.of(
            new ClipByGlobalNorm(1).perTimeStep(),
            new ClipByNorm(0.8).perTimeStep(),
            new ClipByValue(0.7).perTimeStep(),
            new AdaptiveClip(0.3, 1e-3, true).perTimeStep());
    for (TrainingListener clip : clips) {
      double[] one = clipped(clip, 1);
      double[] ten = clipped(clip, 10);
      for (int i = 0; i < one.length; i++) {
        assertThat(ten[i]).as("%s", clip).isCloseTo(10 * one[i], within(1e-12));
        assertThat(one[i]).isBetween(0.1, 1.5 * EXAMPLES - 0.1);
      }
    }
  }

  private static double[] clipped(TrainingListener clip, int steps) {
    INDArray[] seen = new INDArray[1];
    Model model = model(false, everyStep(RNNFormat.NCW));
    listen(
        model, clip, AroundTheStep.onGradient(m -> seen[0] = AroundTheStep.flatGradient(m).dup()));
    fit(model, data(RNNFormat.NCW, steps));
    return numbers(seen[0]);
  }

  @Test
  void outputsOfDifferentLengthsAreRefused() {
    ComputationGraphConfiguration conf =
        base(new Sgd(1))
            .graphBuilder()
            .addInputs("in")
            .addLayer("steps", everyStep(RNNFormat.NCW), "in")
            .addLayer(
                "last", new LastTimeStep(new SimpleRnn.Builder().nIn(2).nOut(2).build()), "in")
            .addLayer("one", output(2, 2), "last")
            .setOutputs("steps", "one")
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    graph.setListeners(new ClipByGlobalNorm(1).perTimeStep());
    DataSet sequences = data(RNNFormat.NCW, 5);
    MultiDataSet batch =
        new MultiDataSet(
            new INDArray[] {sequences.getFeatures()},
            new INDArray[] {sequences.getLabels(), Nd4j.zeros(DataType.DOUBLE, EXAMPLES, 2)});
    assertThatIllegalStateException()
        .isThrownBy(() -> graph.fit(batch))
        .withMessageContaining(
            "must have the same number of time steps, were {steps=5.0, one=1.0}");
  }
}
