package io.github.dl4jext.keras;

import java.util.List;
import java.util.Set;

/**
 * A parameter of a layer of Keras, and where DL4J has it.
 *
 * @param keras how Keras's settings of it begin: {@code kernel} of {@code kernel_constraint}
 * @param dl4j its name in DL4J's layer
 * @param unitAxes Keras's axes that a norm over the incoming weights of a unit sums over
 * @param places which of DL4J's axes each of Keras's is; empty where they are not simply swapped
 */
record KerasParameter(String keras, String dl4j, List<Integer> unitAxes, List<Integer> places) {

  private static final KerasParameter BIAS =
      new KerasParameter("bias", "b", List.of(0), List.of(0));

  /** The parameters of a class of Keras; none if it has none, or none that is known. */
  static List<KerasParameter> of(String className) {
    return switch (className) {
      case "Dense" -> List.of(kernel(List.of(0), List.of(0, 1)), BIAS);
      case "LSTM", "SimpleRNN" ->
          List.of(
              kernel(List.of(0), List.of(0, 1)),
              new KerasParameter("recurrent", "RW", List.of(0), List.of(0, 1)),
              BIAS);
      case "Conv1D" -> List.of(kernel(List.of(0, 1), List.of()), BIAS);
      case "Conv2D" -> List.of(kernel(List.of(0, 1, 2), List.of(2, 3, 1, 0)), BIAS);
      case "Conv3D" -> List.of(kernel(List.of(0, 1, 2, 3), List.of()), BIAS);
      case "Conv2DTranspose" -> List.of(kernel(List.of(0, 1, 3), List.of()), BIAS);
      case "DepthwiseConv2D" ->
          List.of(new KerasParameter("depthwise", "W", List.of(0, 1), List.of(0, 1, 2, 3)), BIAS);
      case "SeparableConv2D" ->
          List.of(
              new KerasParameter("depthwise", "W", List.of(0, 1), List.of(2, 3, 1, 0)),
              new KerasParameter("pointwise", "pW", List.of(0, 1, 2), List.of(2, 3, 1, 0)),
              BIAS);
      case "Embedding" -> List.of(new KerasParameter("embeddings", "W", List.of(1), List.of(0, 1)));
      case "BatchNormalization" ->
          List.of(
              new KerasParameter("gamma", "gamma", List.of(0), List.of()),
              new KerasParameter("beta", "beta", List.of(0), List.of()));
      case "LayerNormalization", "GroupNormalization" ->
          List.of(
              new KerasParameter("gamma", "g", List.of(0), List.of()),
              new KerasParameter("beta", "b", List.of(0), List.of()));
      case "RMSNormalization" -> List.of(new KerasParameter("scale", "g", List.of(0), List.of()));
      case "PReLU" -> List.of(new KerasParameter("alpha", "W", List.of(), List.of()));
      default -> List.of();
    };
  }

  private static KerasParameter kernel(List<Integer> unitAxes, List<Integer> places) {
    return new KerasParameter("kernel", "W", unitAxes, places);
  }

  boolean isBias() {
    return keras.equals("bias");
  }

  /** Whether DL4J has its own fields for how it is drawn and punished. */
  boolean isScale() {
    return Set.of("gamma", "beta", "scale", "alpha").contains(keras);
  }

  int rank() {
    return places.isEmpty() ? unitAxes.size() + 1 : places.size();
  }
}
