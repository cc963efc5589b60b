package io.github.dl4jext.transfer.pretraining;

import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.batches;
import static io.github.dl4jext.transfer.pretraining.StackedAutoencoderTest.INPUTS;
import static io.github.dl4jext.transfer.pretraining.StackedAutoencoderTest.dense;
import static io.github.dl4jext.transfer.pretraining.StackedAutoencoderTest.manifold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.transfer.Nets;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pretrained weights go where they fit, and nowhere else. */
class PretrainedLayersTest {

  @Test
  void goesIntoClassifiers() {
    INDArray data = manifold(1);
    PretrainedStack stack =
        StackedAutoencoder.builder(dense(4, Activation.TANH), dense(3, Activation.TANH))
            .epochs(1)
            .build()
            .pretrain(batches(data, 60));
    MultiLayerNetwork classifier =
        Nets.of(
            DataType.DOUBLE,
            InputType.feedForward(INPUTS),
            Nets.dense(4, Activation.TANH),
            Nets.dense(3, Activation.TANH),
            Nets.softmax(2));
    ComputationGraph graph = classifier.toComputationGraph();
    INDArray head = classifier.getLayer(2).params().dup();

    stack.copyInto(classifier);
    PretrainedLayers.copy(stack.encoder(), graph, "0", "1");

    INDArray codes = classifier.feedForward(data.castTo(DataType.DOUBLE)).get(2);
    assertThat(codes.equalsWithEps(stack.encoder().output(data).castTo(DataType.DOUBLE), 1e-6))
        .isTrue();
    assertThat(graph.params().toDoubleVector()).isEqualTo(classifier.params().toDoubleVector());
    assertThat(classifier.getLayer(2).params().toDoubleVector())
        .isEqualTo(head.ravel().toDoubleVector());
  }

  @Test
  void shapesThatDoNotFitAreBothNamed() {
    PretrainedStack stack =
        StackedAutoencoder.builder(dense(4, Activation.TANH))
            .epochs(1)
            .build()
            .pretrain(batches(manifold(1), 60));
    MultiLayerNetwork other =
        Nets.of(
            DataType.FLOAT,
            InputType.feedForward(INPUTS),
            Nets.dense(5, Activation.TANH),
            Nets.softmax(2));
    INDArray before = other.params().dup();

    assertThatThrownBy(() -> stack.copyInto(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pretrained layer 0: W is [8, 4], but that of the target is [8, 5]");
    assertThat(other.params().toDoubleVector()).isEqualTo(before.ravel().toDoubleVector());
    assertThatThrownBy(
            () -> PretrainedLayers.copy(stack.encoder(), other.toComputationGraph(), "nowhere"))
        .hasMessage("the graph has no layer `nowhere`");
    assertThatThrownBy(() -> PretrainedLayers.copy(other, stack.encoder()))
        .hasMessage("2 pretrained layers do not go into a network of 1");
  }
}
