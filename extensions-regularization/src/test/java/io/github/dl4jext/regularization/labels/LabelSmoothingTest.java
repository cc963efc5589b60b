package io.github.dl4jext.regularization.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.regularization.GoldenFile;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.fixtures.SmallNetworks;
import java.io.IOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

class LabelSmoothingTest {

  private static final IActivation SOFTMAX = new ActivationSoftmax();

  private static INDArray logits() {
    return GoldenFile.matrix("logits");
  }

  private static INDArray oneHot() {
    double[] classes = GoldenFile.numbers("classes");
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, classes.length, 4);
    for (int i = 0; i < classes.length; i++) {
      labels.putScalar(i, (int) classes[i], 1);
    }
    return labels;
  }

  private static void assertGolden(
      String name, ILossFunction loss, INDArray labels, IActivation activation) {
    INDArray before = labels.dup();
    double[] scores = GoldenFile.numbers(name + ".scores");
    INDArray each = loss.computeScoreArray(labels, logits(), activation, null);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      assertThat(each.getDouble(i)).isCloseTo(scores[i], within(1e-13));
      sum += scores[i];
    }
    assertThat(loss.computeScore(labels, logits(), activation, null, true))
        .isCloseTo(sum / scores.length, within(1e-13));
    var both = loss.computeGradientAndScore(labels, logits(), activation, null, false);
    assertThat(both.getFirst()).isCloseTo(sum, within(1e-12));
    INDArray expected = GoldenFile.matrix(name + ".gradient");
    INDArray gradient = loss.computeGradient(labels, logits(), activation, null);
    assertThat(gradient.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-13);
    assertThat(both.getSecond().sub(expected).amaxNumber().doubleValue()).isLessThan(1e-13);
    assertThat(labels).as("labels").isEqualTo(before);
  }

  @Test
  void isCrossEntropyLossOfPyTorch() {
    assertGolden("smoothed", new LabelSmoothing(0.1), oneHot(), SOFTMAX);
    assertGolden("smoothed", new LabelSmoothing(0.1), oneHot().castTo(DataType.INT32), SOFTMAX);
  }

  @Test
  void takesSoftTargets() {
    assertGolden("smoothed_soft", new LabelSmoothing(0.1), GoldenFile.matrix("soft"), SOFTMAX);
  }

  @Test
  void takesWeightsOfClasses() {
    INDArray weights = Nd4j.createFromArray(GoldenFile.numbers("class_weights")).reshape(1, 4);
    assertGolden(
        "smoothed_weighted", new LabelSmoothing(0.1, new LossMCXENT(weights)), oneHot(), SOFTMAX);
  }

  @Test
  void isBinaryCrossEntropyOfKerasForSigmoid() {
    assertGolden(
        "smoothed_binary",
        new LabelSmoothing(0.1, new LossBinaryXENT()),
        GoldenFile.matrix("binary"),
        new ActivationSigmoid());
  }

  @Test
  void agreesWithTheClassComment() {
    INDArray labels = Nd4j.createFromArray(new double[][] {{0, 1, 0, 0}});
    INDArray zeros = Nd4j.zeros(DataType.DOUBLE, 1, 4);
    LabelSmoothing loss = new LabelSmoothing(0.1);
    assertThat(loss.computeScore(labels, zeros, SOFTMAX, null, true))
        .isCloseTo(Math.log(4), within(1e-15));
    assertThat(loss.computeGradient(labels, zeros, SOFTMAX, null).toDoubleVector())
        .containsExactly(new double[] {0.225, -0.675, 0.225, 0.225}, within(1e-15));
  }

  @Test
  void masksAndWeightsOfExamplesAreTheOtherLosss() {
    INDArray mask = Nd4j.createFromArray(0.0, 1, 2, 0, 0.5, 1).reshape(6, 1);
    LabelSmoothing loss = new LabelSmoothing(0.1);
    INDArray unmasked = loss.computeGradient(oneHot(), logits(), SOFTMAX, null);
    INDArray masked = loss.computeGradient(oneHot(), logits(), SOFTMAX, mask);
    assertThat(masked.sub(unmasked.mulColumnVector(mask)).amaxNumber().doubleValue())
        .isLessThan(1e-15);
    INDArray scores = loss.computeScoreArray(oneHot(), logits(), SOFTMAX, null);
    double expected = scores.mul(mask).sumNumber().doubleValue();
    assertThat(loss.computeScore(oneHot(), logits(), SOFTMAX, mask, false))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void noSmoothingIsTheOtherLossBitForBit() {
    INDArray with = new LabelSmoothing(0).computeGradient(oneHot(), logits(), SOFTMAX, null);
    INDArray without = new LossMCXENT().computeGradient(oneHot(), logits(), SOFTMAX, null);
    assertThat(with.data().asDouble()).isEqualTo(without.data().asDouble());
  }

  @Test
  void badArgumentsAndNumbersOfClassesAreRefused() {
    assertThatThrownBy(() -> new LabelSmoothing(1, null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("label_smoothing: smoothing must be a number in [0, 1), was 1.0")
        .hasMessageContaining(
            "label_smoothing: loss must be an ILossFunction or the spec of one, was null");
    assertThatThrownBy(() -> new LabelSmoothing(Double.NaN))
        .isInstanceOf(InvalidArgumentException.class);
    INDArray classes = Nd4j.createFromArray(GoldenFile.numbers("classes")).reshape(6, 1);
    LabelSmoothing sparse = new LabelSmoothing(0.1, new LossSparseMCXENT());
    assertThatThrownBy(() -> sparse.computeScore(classes, logits(), SOFTMAX, null, true))
        .hasMessage(
            "label_smoothing: labels must have the output's shape [6, 4], a probability for each"
                + " class, was [6, 1]; make class numbers one-hot");
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(new LabelSmoothing(0.1))
        .nOut(4)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerConfiguration network() {
    return SmallNetworks.base()
        .list()
        .layer(output())
        .setInputType(InputType.feedForward(4))
        .build();
  }

  @Test
  void survivesJsonAndBadJsonIsRefused() throws IOException {
    MultiLayerConfiguration conf = network();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    var mapper = NeuralNetConfiguration.mapper();
    String json = mapper.writeValueAsString(new LabelSmoothing(0.25, new LossBinaryXENT()));
    assertThat(mapper.readValue(json, ILossFunction.class))
        .isEqualTo(new LabelSmoothing(0.25, new LossBinaryXENT()))
        .hasToString(new LabelSmoothing(0.25, new LossBinaryXENT()).toString())
        .isNotEqualTo(new LabelSmoothing(0.25));
    for (String bad : new String[] {"-0.1", "1", "\"NaN\""}) {
      assertThatThrownBy(() -> mapper.readValue(json.replace("0.25", bad), ILossFunction.class))
          .rootCause()
          .hasMessageContaining("label_smoothing: smoothing must be a number in [0, 1)");
    }
    assertThatThrownBy(
            () -> mapper.readValue(json.replace("smoothing", "smooth"), ILossFunction.class))
        .hasMessageContaining("smoothing");
  }

  @Test
  void bothTypesOfNetworkTrainAlikeAndResumeBitByBit() throws IOException {
    DataSet data = new DataSet(logits(), oneHot());
    MultiLayerNetwork network = SmallNetworks.network(network());
    ComputationGraphConfiguration graphOf =
        SmallNetworks.base()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(4))
            .addLayer("out", output(), "in")
            .setOutputs("out")
            .build();
    var graph = SmallNetworks.network(graphOf);
    graph.setParams(network.params().dup());
    double before = network.score(data);
    for (int i = 0; i < 3; i++) {
      network.fit(data);
      graph.fit(data);
    }
    assertThat(network.score(data)).isLessThan(before);
    assertThat(graph.params().toDoubleVector()).isEqualTo(network.params().toDoubleVector());
    MultiLayerNetwork restored = SmallNetworks.restored(network);
    network.fit(data);
    restored.fit(data);
    assertThat(restored.params().toDoubleVector()).isEqualTo(network.params().toDoubleVector());
  }
}
