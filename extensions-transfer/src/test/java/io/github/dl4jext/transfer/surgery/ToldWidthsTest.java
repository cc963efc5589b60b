package io.github.dl4jext.transfer.surgery;

import static io.github.dl4jext.transfer.surgery.OutputsAndLossesTest.layers;
import static io.github.dl4jext.transfer.surgery.OutputsAndLossesTest.net;
import static io.github.dl4jext.transfer.surgery.OutputsAndLossesTest.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.network.Network;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is below a new layer is told without the network's input type, where layers say it. */
class ToldWidthsTest {

  private static final DataType DOUBLE = DataType.DOUBLE;

  /** Adds layers on top of all that there is, or of all but the topmost. */
  private static Model onTop(Model net, int dropped, Layer... added) {
    return Network.of(net)
        .<Model>byType(
            stack -> {
              TransferBuilder builder = new TransferBuilder(stack).dropLast(dropped);
              Arrays.stream(added).forEach(builder::add);
              return builder.build();
            },
            one -> {
              List<String> names = Network.of(one).nodes().stream().map(n -> n.name()).toList();
              String top = names.get(names.size() - 1 - dropped);
              GraphTransferBuilder builder = new GraphTransferBuilder(one).keepUpTo(top);
              for (int i = 0; i < added.length; i++) {
                builder.add("new" + i, added[i], i == 0 ? top : "new" + (i - 1));
              }
              return builder.outputs("new" + (added.length - 1)).build();
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void widthsAreToldWithoutTheInput(boolean asGraph) {
    InputType rows = InputType.feedForward(5);
    Layer vae =
        new VariationalAutoencoder.Builder()
            .nOut(3)
            .encoderLayerSizes(4)
            .decoderLayerSizes(4)
            .build();
    INDArray x = Nd4j.rand(DOUBLE, 8, 5);
    for (Layer top : layers(vae, new AutoEncoder.Builder().nOut(3).build())) {
      Model net = onTop(net(asGraph, rows, top), 0, output(2));
      assertThat(output(net, x).shape()).containsExactly(8, 2);
    }
    InputType sequences = InputType.recurrent(4);
    Model last =
        onTop(
            net(asGraph, sequences, new LastTimeStep(new LSTM.Builder().nOut(6).build())),
            0,
            output(2));
    assertThat(output(last, Nd4j.rand(DOUBLE, 8, 4, 3)).shape()).containsExactly(8, 2);
    Model volumes =
        onTop(
            net(
                asGraph,
                InputType.convolutional3D(Convolution3D.DataFormat.NDHWC, 4, 4, 4, 1),
                new Convolution3D.Builder(2, 2, 2)
                    .dataFormat(Convolution3D.DataFormat.NDHWC)
                    .nOut(2)
                    .build(),
                output(5)),
            1,
            output(2));
    assertThat(output(volumes, Nd4j.rand(DOUBLE, 8, 4, 4, 4, 1)).shape()).containsExactly(8, 2);
    Model pooled =
        net(
            asGraph,
            InputType.convolutional(6, 6, 1),
            new ConvolutionLayer.Builder(2, 2).nOut(3).build(),
            new GlobalPoolingLayer());
    Layer stating =
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(3)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build();
    assertThat(output(onTop(pooled, 0, stating), Nd4j.rand(DOUBLE, 8, 1, 6, 6)).shape())
        .containsExactly(8, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> onTop(pooled, 1, stating))
        .withMessageStartingWith("the output shape of \"" + (asGraph ? "0" : "layer0"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void capsulesAreToldWithoutTheInput(boolean asGraph) {
    Model capsules =
        net(
            asGraph,
            InputType.convolutional(8, 8, 1),
            new ConvolutionLayer.Builder(2, 2).nOut(4).build(),
            new PrimaryCapsules.Builder(4, 2).kernelSize(3, 3).stride(2, 2).build(),
            new CapsuleLayer.Builder(5, 3, 1).build());
    Model net = onTop(capsules, 0, new CapsuleStrengthLayer.Builder().build(), output(2));
    assertThat(output(net, Nd4j.rand(DOUBLE, 2, 1, 8, 8)).shape()).containsExactly(2, 2);
    assertThat(Network.of(net).nodes().get(4).parameters().get("W").size(0)).isEqualTo(5);
  }
}
