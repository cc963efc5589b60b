package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ResizingTest extends LayerContract {

  @Override
  protected String spec() {
    return "resizing(height=3, width=5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "resizing(height=4, width=5)",
        "resizing(height=3, width=4)",
        "resizing(height=3, width=5, interpolation=nearest)",
        "resizing(height=3, width=5, featuresLast=true)");
  }

  @Override
  protected List<InputType> inputs() {
    return List.of(
        InputType.convolutional(2, 2, 6, CNN2DFormat.NCHW),
        InputType.convolutional(2, 2, 6, CNN2DFormat.NHWC));
  }

  @Override
  protected InputType otherInput() {
    return InputType.feedForward(6);
  }

  static Stream<Arguments> cases() {
    return Stream.of(
            "bilinear larger",
            "bilinear smaller",
            "bilinear mixed",
            "nearest larger",
            "nearest smaller",
            "nearest mixed")
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, DataType.DOUBLE, false),
                    Arguments.of(name, DataType.DOUBLE, true),
                    Arguments.of(name, DataType.FLOAT, false),
                    Arguments.of(name, DataType.FLOAT, true)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isPyTorchs(String name, DataType type, boolean featuresLast) {
    GoldenLayer golden = GoldenLayer.read(name);
    int[] size =
        name.endsWith("larger")
            ? new int[] {7, 11}
            : name.endsWith("smaller") ? new int[] {4, 3} : new int[] {6, 3};
    Resizing layer =
        new Resizing(size[0], size[1])
            .with(
                Resizing.INTERPOLATION,
                name.startsWith("nearest")
                    ? PixelInterpolation.NEAREST
                    : PixelInterpolation.BILINEAR);
    OneLayer at = new OneLayer(layer, golden.shape(), featuresLast, type);
    double error = type == DataType.FLOAT ? 1e-6 : 1e-12;
    assertThat(at.forward(golden.get("x"))).containsExactly(golden.get("y"), within(error));
    assertThat(at.backward(golden.get("outer")))
        .containsExactly(golden.get("dx"), within(4 * error));
  }

  @Test
  void givesTheNumbersOfItsDocumentation() {
    OneLayer at = new OneLayer(new Resizing(1, 4), new long[] {1, 1, 1, 2}, false, DataType.DOUBLE);
    assertThat(at.forward(new double[] {0, 1})).containsExactly(0, 0.25, 0.75, 1);
    OneLayer same =
        new OneLayer(new Resizing(2, 2), new long[] {1, 1, 2, 2}, false, DataType.DOUBLE);
    assertThat(same.forward(new double[] {0.1, 0.2, 0.3, 0.4})).containsExactly(0.1, 0.2, 0.3, 0.4);
  }

  @Test
  void resizesDataAsItDoesInANetwork() {
    Resizing layer = new Resizing(5, 3);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 3, 4, 4);
    DataSet data = new DataSet(images.dup('f'), Nd4j.eye(2));
    layer.preProcessor().preProcess(data);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(layer)
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).build())
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.convolutional(4, 4, 3))
                .build());
    net.init();
    assertThat(data.getFeatures()).isEqualTo(net.feedForward(images).get(1));
    assertThat(data.getFeatures().shape()).containsExactly(2, 3, 5, 3);

    DataSet bytes = new DataSet(Nd4j.createFromArray(new int[][][][] {{{{0, 255}}}}), Nd4j.eye(1));
    new Resizing(1, 4).preProcessor().preProcess(bytes);
    assertThat(bytes.getFeatures().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(bytes.getFeatures().dup().data().asDouble()).containsExactly(0, 63.75, 191.25, 255);
  }

  /** A network of 8 x 8 pixels gets images of 5 x 11. */
  @Test
  void itsOutputTypeIsTheNewSize() {
    assertThat(new Resizing(8, 8).getOutputType(0, InputType.convolutional(5, 11, 3)))
        .isEqualTo(InputType.convolutional(8, 8, 3));
    assertThat(
            new Resizing(8, 8)
                .getOutputType(0, InputType.convolutional(5, 11, 3, CNN2DFormat.NHWC)))
        .isEqualTo(InputType.convolutional(8, 8, 3, CNN2DFormat.NHWC));
  }

  @Test
  void refusesWhatIsNoImageAndMasksOfPositions() {
    assertThatThrownBy(() -> new Resizing(0, 3))
        .hasMessage("resizing: height must be a whole number in [1, inf), was 0");
    DataSet rows = new DataSet(Nd4j.rand(2, 3), Nd4j.eye(2));
    assertThatThrownBy(() -> new Resizing(2, 2).preProcessor().preProcess(rows))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("must get images of 4 dimensions, was given [2, 3]");
    assertThatThrownBy(
            () -> new Resizing(2, 2).preProcessor().preProcess(new DataSet(null, Nd4j.eye(2))))
        .hasMessageContaining("resizing: features must be there");
    OneLayer at = new OneLayer(new Resizing(2, 2), new long[] {2, 1, 4, 4}, false, DataType.FLOAT);
    assertThatThrownBy(() -> at.mask(Nd4j.ones(2, 1, 4, 4)))
        .hasMessageContaining("cannot resize a mask of positions");
    at.mask(Nd4j.ones(2, 1));
  }
}
