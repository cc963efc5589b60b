package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jext.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Imported networks predict what numpy does with the same weights and Keras's formulas. */
class ImportedOutputsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dense_2_11_0",
        "dense_3_5_0",
        "convolution",
        "lstm",
        "bidirectional",
        "depthwise",
        "embedding",
        "embedding_pooled",
        "simple_rnn",
        "convolution_1d",
        "convolution_3d",
        "dropouts",
        "spatial_dropouts",
        "spatial_dropouts_1d",
        "constraints",
        "penalties",
        "initializers",
        "frozen",
        "layer_norm",
        "layer_norm_images",
        "layer_norm_sequences",
        "layer_norm_pooled",
        "norms_volumes",
        "old_rmsprop",
        "old_nadam",
        "old_adam"
      })
  void ofSequentialModels(String name) {
    agree(name, KerasImport.sequential(KerasFiles.path(name)).network());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "residual",
        "layers_images",
        "layers_sequences",
        "residual_convolution",
        "two_inputs",
        "activations_2",
        "activations_3",
        "activation_layers_2",
        "activation_layers_3",
        "activation_objects",
        "log_softmax",
        "residual_norm",
        "inner_outputs",
        "norms_vectors",
        "norms_images",
        "norms_sequences"
      })
  void ofFunctionalModels(String name) {
    agree(name, KerasImport.graph(KerasFiles.path(name)).network());
  }

  /**
   * What replaces {@code Masking}: a mask beside the data. An LSTM that is given padded sequences
   * with one outputs what it does for the sequences alone.
   */
  @Test
  void aMaskStandsForThatOfKeras() {
    MultiLayerNetwork net = KerasImport.sequential(KerasFiles.path("lstm")).network();
    INDArray x = KerasFiles.inputs("lstm")[0];
    INDArray alone = x.get(all(), interval(0, 4), all()).dup();
    INDArray mask = Nd4j.ones(x.size(0), 6);
    mask.get(all(), interval(4, 6)).assign(0);
    INDArray masked = net.output(x, false, mask, null);
    assertThat(masked.sub(net.output(alone)).amaxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(masked.sub(net.output(x)).amaxNumber().doubleValue()).isGreaterThan(1e-3);
  }

  private static void agree(String name, Model network) {
    INDArray[] inputs = KerasFiles.inputs(name);
    INDArray[] outputs =
        Network.of(network)
            .byType(
                stack -> new INDArray[] {stack.output(inputs[0])}, graph -> graph.output(inputs));
    List<String> names = Network.of(network).configuration().outputs();
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      INDArray wanted = KerasFiles.expected(name, "output" + i);
      assertThat(outputs[i].shape()).isEqualTo(wanted.shape());
      INDArray size = Transforms.max(Transforms.abs(wanted), 1); // above 1 relative, as for exp
      double difference = outputs[i].sub(wanted).divi(size).amaxNumber().doubleValue();
      if (!(difference <= 1e-6)) {
        differences.add(names.get(i) + " by " + difference);
      }
    }
    assertThat(differences).isEmpty();
  }
}
