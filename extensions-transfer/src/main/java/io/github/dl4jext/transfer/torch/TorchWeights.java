package io.github.dl4jext.transfer.torch;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights of a PyTorch model, for a network of DL4J with the same layers.
 *
 * <p>In Python, NumPy writes them to a file:
 *
 * <pre>{@code
 * np.savez("weights.npz", **{k: v.numpy() for k, v in model.state_dict().items()})   # Python
 *
 * TorchWeights.read(Path.of("weights.npz")).copyInto(net);                           // Java
 * }</pre>
 *
 * <table><caption>What becomes of the tensors</caption>
 * <tr><th>PyTorch</th><th>DL4J</th><th>change</th></tr>
 * <tr><td>{@code Linear}: weight (out, in), bias</td><td>{@code DenseLayer}, {@code OutputLayer},
 * {@code RnnOutputLayer}: W (in, out), b</td><td>transposed</td></tr>
 * <tr><td>{@code Conv2d}: (out, in, height, width)</td><td>{@code ConvolutionLayer}: the same
 * </td><td>none</td></tr>
 * <tr><td>{@code Conv2d} with groups = in</td><td>{@code DepthwiseConvolution2D}: (height, width,
 * in, multiplier)</td><td>reshaped, axes exchanged</td></tr>
 * <tr><td>{@code Conv1d}: (out, in, steps)</td><td>{@code Convolution1D}: (out, in, steps, 1)
 * </td><td>stored as (steps, in, out), which is the order in which DL4J reads the memory</td></tr>
 * <tr><td>{@code BatchNorm1d}, {@code BatchNorm2d}: weight, bias, running_mean, running_var
 * </td><td>{@code BatchNormalization}: gamma, beta, mean, var, or the logarithm of the deviation if
 * the layer keeps that instead of var</td><td>renamed; num_batches_tracked is ignored</td></tr>
 * <tr><td>{@code LayerNorm}, {@code GroupNorm}, {@code RMSNorm}: weight, bias</td><td>the layers of
 * these names in {@code extensions-layers}: g, b</td><td>flattened, channels first</td></tr>
 * <tr><td>{@code LSTM}: weight_ih_l0 (4 units, in) with the gates input, forget, cell, output;
 * weight_hh_l0; two biases</td><td>{@code LSTM}: W (in, 4 units) with cell, forget, output, input;
 * RW; b</td><td>gates reordered, transposed, biases added up</td></tr>
 * <tr><td>{@code RNN}: weight_ih_l0, weight_hh_l0, two biases</td><td>{@code SimpleRnn}: W, RW, b
 * </td><td>transposed, biases added up</td></tr>
 * <tr><td>{@code Embedding}: (words, size)</td><td>{@code EmbeddingLayer}, {@code
 * EmbeddingSequenceLayer}</td><td>none</td></tr></table>
 *
 * <p>Layers within wrappers such as {@code LastTimeStep}, and within frozen layers, are found.
 * Other layers with parameters are refused, and so are several recurrent layers in one module
 * ({@code num_layers=2}) and both directions in one module ({@code bidirectional=True}).
 *
 * <p>Only weights are copied: the activations, padding, strides and epsilons of normalization in
 * the network must be those of the model. As in PyTorch, DL4J's data are (batch, channels, steps)
 * and (batch, channels, height, width) by default, and {@code Flatten} after a convolution has the
 * same order. Tensors are converted to the network's type. The updater's state is not changed.
 *
 * <p>Compared with PyTorch 1.13: outputs agree within 1e-6.
 */
public final class TorchWeights {

  private final Path file;
  private final Map<String, Map<String, INDArray>> modules = new LinkedHashMap<>();

  private TorchWeights(Path file, Map<String, INDArray> arrays) {
    this.file = file;
    arrays.forEach(
        (name, array) -> {
          int point = name.lastIndexOf('.');
          modules
              .computeIfAbsent(
                  point < 0 ? "" : name.substring(0, point), key -> new LinkedHashMap<>())
              .put(name.substring(point + 1), array);
        });
  }

  /**
   * Reads a state dict that {@code np.savez} or {@code np.savez_compressed} has written.
   *
   * @param file the file, which ends in {@code .npz}
   * @return the tensors of float32 and float64; tensors of integers are ignored
   * @throws IOException if the file cannot be read, is not of this format, or has tensors of
   *     another floating-point type
   */
  public static TorchWeights read(Path file) throws IOException {
    Objects.requireNonNull(file, "torch weights: file must be given, was null");
    return new TorchWeights(file, NumpyArchive.read(file));
  }

  /**
   * Returns the names of the modules that have tensors, as in {@code state_dict}.
   *
   * @return the names in the order of the file, such as {@code 0}, {@code features.3}
   */
  public List<String> modules() {
    return List.copyOf(modules.keySet());
  }

  /**
   * Copies the weights into a network whose layers with parameters are those of the model, in the
   * same order.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @throws IllegalArgumentException if layers and modules do not match; then nothing is changed
   */
  public void copyInto(Model network) {
    List<LiveNode> nodes = learning(network);
    List<String> names = modules();
    if (nodes.size() != names.size()) {
      throw new IllegalArgumentException(
          "torch weights: the network must have as many layers with parameters as the state has"
              + " modules, had "
              + nodes.stream().map(LiveNode::name).toList()
              + " for "
              + names
              + "; match them by name with copyInto(network, moduleByLayer)");
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      pairs.put(nodes.get(i).name(), names.get(i));
    }
    copyInto(network, pairs);
  }

  /**
   * Copies the weights of some modules into some layers.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @param moduleByLayer for each layer that is to get weights, by its name, the name of a module
   * @throws IllegalArgumentException if a layer or module does not exist, or they do not match;
   *     then nothing is changed
   */
  public void copyInto(Model network, Map<String, String> moduleByLayer) {
    Objects.requireNonNull(moduleByLayer, "torch weights: moduleByLayer must be given, was null");
    Network face = Network.of(network);
    List<String> problems = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    moduleByLayer.forEach((layer, module) -> plan(face.node(layer), module, copies, problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "torch weights: " + file + " does not fit the network: " + String.join("; ", problems));
    }
    copies.forEach(Copy::carryOut);
  }

  private record Copy(INDArray parameter, INDArray weights) {

    void carryOut() {
      parameter.assign(weights.castTo(parameter.dataType()).reshape(parameter.shape()));
    }
  }

  private static List<LiveNode> learning(Model network) {
    return Network.of(network).nodes().stream().filter(node -> node.parameterCount() > 0).toList();
  }

  private void plan(LiveNode node, String module, List<Copy> copies, List<String> problems) {
    Map<String, INDArray> tensors = modules.get(module);
    if (tensors == null) {
      problems.add("there is no module \"" + module + "\", only " + modules.keySet());
      return;
    }
    var layer = node.layer().orElse(null);
    var kind = layer == null ? null : TorchModule.of(layer).orElse(null);
    if (layer == null || kind == null) {
      problems.add("layer " + node + " has no known counterpart in PyTorch");
      return;
    }
    Map<String, INDArray> converted;
    try {
      converted = kind.convert(layer, tensors);
    } catch (RuntimeException otherShapes) {
      problems.add(
          "layer " + node + " cannot take module \"" + module + "\" with " + shapes(tensors));
      return;
    }
    Map<String, INDArray> parameters = node.parameters();
    Set<String> both = new LinkedHashSet<>(converted.keySet());
    both.addAll(parameters.keySet());
    for (String name : both) {
      INDArray parameter = parameters.get(name);
      INDArray weights = converted.get(name);
      if (parameter == null || weights == null || !fits(parameter, weights)) {
        problems.add(
            "layer "
                + node
                + " has "
                + shapes(parameters)
                + ", module \""
                + module
                + "\" gives "
                + shapes(converted));
        return;
      }
      copies.add(new Copy(parameter, weights));
    }
  }

  /** Tells whether shapes agree; a vector also fits a row of the same length. */
  private static boolean fits(INDArray parameter, INDArray weights) {
    return weights.rank() <= 1
        ? parameter.length() == weights.length() && parameter.rank() <= 2
        : Arrays.equals(parameter.shape(), weights.shape());
  }

  private static String shapes(Map<String, INDArray> arrays) {
    StringBuilder text = new StringBuilder();
    arrays.forEach(
        (name, array) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append(' ')
                .append(Arrays.toString(array.shape())));
    return text.toString();
  }

  @Override
  public String toString() {
    return "TorchWeights" + modules.keySet() + " of " + file;
  }
}
