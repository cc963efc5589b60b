package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.transfer.Nets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.workspace.ND4JWorkspaceException;

/** Graphs: several readers, several outputs, vertices. */
class FoldedGraphTest {

  private static final double DOUBLE = 1e-12;

  private static GraphBuilder graph() {
    return Nets.base(DataType.DOUBLE)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.feedForward(6));
  }

  private static ComputationGraph made(GraphBuilder builder) {
    ComputationGraph net = new ComputationGraph(builder.build());
    net.init();
    for (var layer : net.getLayers()) {
      Nets.fill(layer.paramTable());
    }
    return net;
  }

  @Test
  void residualBlock() {
    ComputationGraph net =
        made(
            graph()
                .addLayer("dense1", Nets.dense(6, Activation.IDENTITY), "in")
                .addLayer("norm1", Nets.norm(), "dense1")
                .addLayer("relu1", new ActivationLayer(Activation.RELU), "norm1")
                .addLayer("dense2", Nets.dense(6, Activation.IDENTITY), "relu1")
                .addLayer("norm2", Nets.norm(), "dense2")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm2", "relu1")
                .addLayer("out", Nets.softmax(3), "sum")
                .setOutputs("out"));

    FoldedNetwork<ComputationGraph> folded = BatchNormFolding.fold(net);

    assertThat(folded.folded()).hasToString("{norm1=[dense1], norm2=[dense2]}");
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
    assertThat(folded.network().getVertex("norm1")).isNull();
  }

  @Test
  void everyReaderTakesItIn() {
    ComputationGraph net =
        made(
            graph()
                .addLayer("norm", Nets.norm(), "in")
                .addLayer("left", Nets.dense(4, Activation.RELU), "norm")
                .addLayer("right", Nets.dense(5, Activation.TANH), "norm")
                .addVertex("both", new MergeVertex(), "left", "right")
                .addLayer("out", Nets.softmax(3), "both")
                .setOutputs("out"));

    FoldedNetwork<ComputationGraph> folded = BatchNormFolding.fold(net);

    assertThat(folded.folded()).hasToString("{norm=[left, right]}");
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
  }

  @Test
  void oneReaderThatRefusesKeepsItForAll() {
    ComputationGraph net =
        made(
            graph()
                .addLayer("norm", Nets.norm(), "in")
                .addLayer("left", Nets.dense(6, Activation.RELU), "norm")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "norm")
                .addLayer("out", Nets.softmax(3), "sum")
                .setOutputs("out"));

    FoldedNetwork<ComputationGraph> folded = BatchNormFolding.fold(net);

    assertThat(folded.kept().get("norm"))
        .isEqualTo(
            "not into a layer before: it reads the network's input; nor after: `sum`"
                + " (ElementWiseVertex) stands between");
    assertThat(folded.largestDifference()).isZero();
  }

  @Test
  void outputsKeepTheirNamesAndNumbers() {
    ComputationGraph net =
        made(
            graph()
                .addLayer("dense", Nets.dense(5, Activation.IDENTITY), "in")
                .addLayer("embedding", Nets.norm(), "dense")
                .addLayer("drawn", Nets.dense(4, Activation.IDENTITY), "embedding")
                .addLayer("norm", Nets.norm(), "drawn")
                .addLayer("out", Nets.softmax(3), "norm")
                .setOutputs("out", "embedding", "drawn"));
    assertThatThrownBy(() -> net.output(Nets.normal(DataType.DOUBLE, 1, 4, 6)))
        .as("DL4J closes the workspace that a batch norm as output writes to")
        .isInstanceOf(ND4JWorkspaceException.class);

    FoldedNetwork<ComputationGraph> folded = BatchNormFolding.fold(net);

    assertThat(folded.kept().get("embedding")).contains("it is an output of the network");
    assertThat(folded.folded()).hasToString("{norm=[out]}");
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
    assertThat(folded.network().getConfiguration().getNetworkOutputs())
        .containsExactly("out", "embedding", "drawn");
  }

  @Test
  void severalInputs() {
    ComputationGraph net =
        made(
            Nets.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("image", "numbers")
                .setInputTypes(InputType.convolutional(5, 4, 2), InputType.feedForward(3))
                .addLayer("conv", new ConvolutionLayer.Builder(2, 2).nOut(3).build(), "image")
                .addLayer("norm1", Nets.norm(), "conv")
                .addLayer("flat", Nets.dense(4, Activation.RELU), "norm1")
                .addLayer("norm2", Nets.norm(), "numbers")
                .addLayer("dense", Nets.dense(4, Activation.RELU), "norm2")
                .addVertex("both", new MergeVertex(), "flat", "dense")
                .addLayer("norm3", Nets.norm(), "both")
                .addLayer("out", Nets.softmax(3), "norm3")
                .setOutputs("out"));

    FoldedNetwork<ComputationGraph> folded =
        BatchNormFolding.fold(net, InputType.convolutional(5, 4, 2), InputType.feedForward(3));

    assertThat(folded.folded()).hasToString("{norm1=[conv], norm2=[dense], norm3=[out]}");
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
    assertThatThrownBy(() -> BatchNormFolding.fold(net))
        .hasMessageContaining("cannot be derived from `conv` (ConvolutionLayer)");
  }

  @Test
  void sharedSourceIsNotChanged() {
    ComputationGraph net =
        made(
            graph()
                .addLayer("dense", Nets.dense(5, Activation.IDENTITY), "in")
                .addLayer("norm", Nets.norm(), "dense")
                .addVertex("both", new MergeVertex(), "norm", "dense")
                .addLayer("out", Nets.softmax(3), "both")
                .setOutputs("out"));

    assertThat(BatchNormFolding.fold(net).kept().get("norm"))
        .contains("`dense` (DenseLayer) is also read by others");
  }

  @Test
  void imagesPreprocessorsFrozenLayersAndSaving() throws Exception {
    ComputationGraph net =
        made(
            Nets.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("flat")
                .setInputTypes(InputType.convolutionalFlat(6, 5, 2))
                .addLayer("norm0", Nets.norm(), "flat")
                .addLayer(
                    "conv",
                    new FrozenLayer(
                        new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(4).hasBias(false).build()),
                    "norm0")
                .addLayer("norm1", Nets.norm(), "conv")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "norm1")
                .addLayer("norm2", Nets.norm(), "relu")
                .addLayer("dense", new DenseLayer.Builder().nOut(5).build(), "norm2")
                .addLayer("out", Nets.softmax(3), "dense")
                .setOutputs("out"));
    net.getConfiguration().setIterationCount(123);
    net.getConfiguration().setEpochCount(4);

    FoldedNetwork<ComputationGraph> result = BatchNormFolding.fold(net);
    ComputationGraph folded = result.network();

    assertThat(result.kept()).isEmpty();
    assertThat(result.folded()).hasSize(3);
    assertThat(result.relativeDifference()).as(result.summary()).isLessThan(DOUBLE);
    assertThat(folded.getConfiguration().getIterationCount()).isEqualTo(123);
    assertThat(folded.getConfiguration().getEpochCount()).isEqualTo(4);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(folded, bytes, false);
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(
            new ByteArrayInputStream(bytes.toByteArray()), false);
    INDArray batch = Nets.normal(DataType.DOUBLE, 4, 3, 60);
    assertThat(restored.outputSingle(batch).toDoubleMatrix())
        .isEqualTo(folded.outputSingle(batch).toDoubleMatrix());
  }
}
