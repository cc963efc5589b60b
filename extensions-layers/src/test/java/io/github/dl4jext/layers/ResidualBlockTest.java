package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.fixtures.Trainings;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class ResidualBlockTest {

  private static GraphBuilder builder(InputType... types) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(new Adam(0.01))
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(types);
  }

  private static Layer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  private static Layer convolution(int channels, int stride, CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(channels)
        .stride(stride, stride)
        .convolutionMode(ConvolutionMode.Same)
        .dataFormat(format)
        .build();
  }

  private static ComputationGraph finished(GraphBuilder builder, Layer output, String input) {
    ComputationGraphConfiguration conf =
        builder.addLayer("out", output, input).setOutputs("out").build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
  }

  private static INDArray at(ComputationGraph net, String name, INDArray x) {
    return net.feedForward(x, false).get(name);
  }

  @Test
  void addsItsInputWhereShapesAreTheSame() {
    GraphBuilder builder = builder(InputType.feedForward(4));
    ResidualBlock.of(new LayerNorm(), dense(7), dense(4)).addTo(builder, "block", "in");
    ComputationGraph net = finished(builder, output(), "block");
    assertThat(net.getConfiguration().getVertices())
        .containsOnlyKeys("block-1", "block-2", "block-3", "block", "out");
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, 4);
    assertThat(at(net, "block", x)).isEqualTo(at(net, "block-3", x).add(x));
  }

  @Test
  void projectsDenseInputs() {
    GraphBuilder builder = builder(InputType.feedForward(4));
    ResidualBlock.of(dense(6)).withActivation(Activation.RELU).addTo(builder, "block", "in");
    ComputationGraph net = finished(builder, output(), "block");
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, 4).subi(0.5);
    INDArray w = net.getLayer("block-shortcut").getParam("W");
    assertThat(net.getLayer("block-shortcut").numParams()).isEqualTo(24);
    INDArray sum = at(net, "block-1", x).add(x.mmul(w));
    assertThat(at(net, "block", x)).isEqualTo(sum.mul(sum.gt(0).castTo(DataType.DOUBLE)));
  }

  @Test
  void projectsImagesWithTheStrideOfTheBody() {
    for (CNN2DFormat format : CNN2DFormat.values()) {
      GraphBuilder builder = builder(InputType.convolutional(7, 8, 3, format));
      ResidualBlock.of(
              convolution(5, 2, format), new BatchNormalization(), convolution(5, 1, format))
          .addTo(builder, "block", "in");
      ComputationGraph net = finished(builder, output(), "block");
      boolean first = format == CNN2DFormat.NCHW;
      INDArray x =
          first ? Nd4j.rand(DataType.DOUBLE, 2, 3, 7, 8) : Nd4j.rand(DataType.DOUBLE, 2, 7, 8, 3);
      assertThat(at(net, "block", x).shape())
          .isEqualTo(first ? new long[] {2, 5, 4, 4} : new long[] {2, 4, 4, 5});
      assertThat(at(net, "block", x))
          .isEqualTo(at(net, "block-3", x).add(at(net, "block-shortcut", x)));
    }
  }

  @Test
  void projectsSeriesInBothFormats() {
    for (RNNFormat format : RNNFormat.values()) {
      GraphBuilder builder = builder(InputType.recurrent(3, 5, format));
      ResidualBlock.of(new SimpleRnn.Builder().nOut(4).dataFormat(format).build(), new LayerNorm())
          .addTo(builder, "block", "in");
      ComputationGraph net =
          finished(
              builder,
              new RnnOutputLayer.Builder()
                  .nOut(2)
                  .dataFormat(format)
                  .activation(Activation.SOFTMAX)
                  .build(),
              "block");
      boolean first = format == RNNFormat.NCW;
      INDArray x =
          first ? Nd4j.rand(DataType.DOUBLE, 2, 3, 5) : Nd4j.rand(DataType.DOUBLE, 2, 5, 3);
      assertThat(at(net, "block", x).shape())
          .isEqualTo(first ? new long[] {2, 4, 5} : new long[] {2, 5, 4});
      assertThat(at(net, "block", x))
          .isEqualTo(at(net, "block-2", x).add(at(net, "block-shortcut", x)));
    }
  }

  @Test
  void aTransformersFeedForwardBlockOnSeries() {
    GraphBuilder builder = builder(InputType.recurrent(4));
    ResidualBlock.of(
            new RMSNorm(),
            new SwiGLU(6),
            new Convolution1DLayer.Builder().kernelSize(1).nOut(4).build())
        .addTo(builder, "block", "in");
    ComputationGraph net =
        finished(
            builder,
            new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
            "block");
    INDArray x = Nd4j.rand(DataType.DOUBLE, 2, 4, 5);
    assertThat(at(net, "block", x)).isEqualTo(at(net, "block-3", x).add(x));
  }

  @Test
  void deepOnesLearnAndAreRestored() {
    GraphBuilder builder = builder(InputType.feedForward(Trainings.INPUTS));
    ResidualBlock block = ResidualBlock.of(new LayerNorm(), dense(6), dense(6));
    String last = "in";
    for (int i = 0; i < 20; i++) {
      block.addTo(builder, "block" + i, last);
      last = "block" + i;
    }
    ComputationGraph net = finished(builder, output(), last);
    DataSet data = Trainings.batch(1);
    double before = net.score(data);
    for (int i = 0; i < 30; i++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before / 2);
    ComputationGraph restored = (ComputationGraph) Trainings.saveAndRestore(net);
    assertThat(restored.getConfiguration()).isEqualTo(net.getConfiguration());
    net.fit(data);
    restored.fit(data);
    assertThat(restored.params().dup().data().asDouble())
        .isEqualTo(net.params().dup().data().asDouble());
  }

  @Test
  void hasTheGradientOfFiniteDifferences() {
    GraphBuilder builder = builder(InputType.feedForward(Trainings.INPUTS));
    ResidualBlock.of(dense(4), new LayerNorm())
        .withActivation(Activation.TANH)
        .addTo(builder, "block", "in");
    ComputationGraph net = finished(builder, output(), "block");
    DataSet data = Trainings.batch(1);
    score(net, data);
    INDArray gradient = net.getFlattenedGradients().dup().divi(data.numExamples());
    for (long i = 0; i < net.params().length(); i++) {
      double value = net.params().getDouble(i);
      net.params().putScalar(i, value + 1e-5);
      double above = score(net, data);
      net.params().putScalar(i, value - 1e-5);
      double below = score(net, data);
      net.params().putScalar(i, value);
      assertThat(gradient.getDouble(i)).isCloseTo((above - below) / 2e-5, within(1e-8));
    }
  }

  private static double score(ComputationGraph net, DataSet data) {
    net.setInputs(data.getFeatures());
    net.setLabels(data.getLabels());
    net.computeGradientAndScore();
    return net.score();
  }

  @Test
  void takesAProjectionOfOnesOwn() {
    GraphBuilder builder = builder(InputType.feedForward(4));
    ResidualBlock.of(dense(6)).withProjection(new SwiGLU(6)).addTo(builder, "block", "in");
    ComputationGraph net = finished(builder, output(), "block");
    assertThat(net.getLayer("block-shortcut").paramTable()).containsKey("V");
    assertThatThrownBy(
            () ->
                ResidualBlock.of(dense(6))
                    .withProjection(dense(5))
                    .addTo(builder(InputType.feedForward(4)), "block", "in"))
        .hasMessageContaining("ResidualBlock \"block\": the projection must give what the body");
  }

  @Test
  void refusesWhatCannotBeAddedAndLeavesTheBuilderAsItWas() {
    GraphBuilder series = builder(InputType.recurrent(4, 5));
    assertThatThrownBy(() -> ResidualBlock.of(dense(4)).addTo(series, "block", "in"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ResidualBlock \"block\": the body makes")
        .hasMessageContaining("Convolution1DLayer of kernel size 1");
    GraphBuilder image = builder(InputType.convolutional(8, 8, 3));
    assertThatThrownBy(() -> ResidualBlock.of(dense(4)).addTo(image, "block", "in"))
        .hasMessageContaining("withProjection");
    assertThatThrownBy(
            () -> ResidualBlock.of(new LayerNorm(), new GroupNorm(2)).addTo(image, "block", "in"))
        .hasMessageContaining("GroupNorm does not fit its input");
    assertThatThrownBy(() -> ResidualBlock.of(dense(4)).addTo(series, "block", "none"))
        .hasMessageContaining("which has no \"none\"");
    assertThatThrownBy(() -> ResidualBlock.of(dense(4)).addTo(series, "in", "in"))
        .hasMessageContaining("its names must be new, but there is");
    assertThatThrownBy(() -> ResidualBlock.of(dense(4)).addTo(series, " ", "in"))
        .hasMessageContaining("the name must not be empty");
    assertThatThrownBy(() -> ResidualBlock.of(dense(4)).addTo(builder(), "block", "in"))
        .hasMessageContaining("setInputTypes must be called before");
    assertThatThrownBy(ResidualBlock::of).hasMessageContaining("body must have a layer");
    assertThat(List.of(series.getVertices().size(), image.getVertices().size())).containsOnly(0);
  }
}
