package io.github.dl4jext.spi;

import org.deeplearning4j.nn.api.TrainingConfig;

/**
 * Chooses parameters of a layer by its type and their name, for instance those that decay:
 *
 * <pre>{@code
 * new AdamW(1e-3, 0.05).decaying((layer, name) -> "W".equals(name));
 * }</pre>
 *
 * <p>To select layers by their place or name, use {@code LayerSelector} of extensions-network.
 */
@FunctionalInterface
public interface ParameterFilter {

  /**
   * Whether a parameter is chosen.
   *
   * @param layer the configuration of the layer or graph vertex, which has its name and type
   * @param parameter the parameter's name within the layer, such as {@code W} or {@code b}
   * @return true if it is
   */
  boolean test(TrainingConfig layer, String parameter);

  /**
   * Weights: everything but biases, the parameters of batch norm and layer norm, and the slopes of
   * PReLU.
   *
   * @return the filter that chooses them, which is the usual choice of what decays
   */
  static ParameterFilter weights() {
    return ParameterKind.WEIGHTS;
  }

  /**
   * Biases of all layers except normalizations.
   *
   * @return the filter that chooses what is added to weighted sums
   */
  static ParameterFilter biases() {
    return ParameterKind.BIASES;
  }

  /**
   * Gains and shifts of normalizations: of DL4J's batch norm and this library's norms, and the gain
   * of a dense or recurrent layer with {@code hasLayerNorm}.
   *
   * @return the filter that chooses what scales and shifts standardised values
   */
  static ParameterFilter normalization() {
    return ParameterKind.NORMALIZATION;
  }

  /**
   * Narrows the choice.
   *
   * @param other another filter
   * @return a filter that chooses what both choose
   */
  default ParameterFilter and(ParameterFilter other) {
    return (layer, parameter) -> test(layer, parameter) && other.test(layer, parameter);
  }
}
