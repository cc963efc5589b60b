package io.github.dl4jext.keras;

import io.github.dl4jext.activations.CELU;
import io.github.dl4jext.activations.ClippedReLU;
import io.github.dl4jext.activations.ELU;
import io.github.dl4jext.activations.Exp;
import io.github.dl4jext.activations.GELU;
import io.github.dl4jext.activations.HardShrink;
import io.github.dl4jext.activations.HardSigmoid;
import io.github.dl4jext.activations.HardSwish;
import io.github.dl4jext.activations.HardTanh;
import io.github.dl4jext.activations.LeakyReLU;
import io.github.dl4jext.activations.LogSigmoid;
import io.github.dl4jext.activations.LogSoftmax;
import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.ReLU6;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.Sigmoid;
import io.github.dl4jext.activations.SoftShrink;
import io.github.dl4jext.activations.Softplus;
import io.github.dl4jext.activations.Softsign;
import io.github.dl4jext.activations.SparsePlus;
import io.github.dl4jext.activations.SparseSigmoid;
import io.github.dl4jext.activations.Squareplus;
import io.github.dl4jext.activations.Swish;
import io.github.dl4jext.activations.Tanh;
import io.github.dl4jext.activations.TanhShrink;
import io.github.dl4jext.activations.Threshold;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Finds the activation of a name or of an object of Keras. */
final class KerasActivations {

  private KerasActivations() {}

  /**
   * Finds an activation.
   *
   * @param place what messages name
   * @param value a name, an object, or null for none
   * @param keras the version, as Keras 2 and 3 mean other things by {@code hard_sigmoid}
   */
  static IActivation of(String place, @Nullable Object value, int keras) {
    if (value == null) {
      return new ActivationIdentity();
    }
    KerasObject activation = KerasObject.of(place + ": activation", value);
    KerasFields config = activation.config();
    return switch (activation.name()) {
      case "linear" -> new ActivationIdentity();
      case "relu" -> new ReLU();
      case "relu6" -> new ReLU6();
      case "elu" -> new ELU();
      case "selu" -> new SELU();
      case "gelu" -> new GELU();
      case "mish" -> new Mish();
      case "silu", "swish" -> new Swish();
      case "softplus" -> new Softplus();
      case "softsign" -> new Softsign();
      case "sigmoid" -> new Sigmoid();
      case "tanh" -> new Tanh();
      case "exponential" -> new Exp();
      case "squareplus" -> new Squareplus();
      case "sparse_plus" -> new SparsePlus();
      case "sparse_sigmoid" -> new SparseSigmoid();
      case "softmax" -> new ActivationSoftmax();
      case "log_softmax" -> new LogSoftmax();
      case "hard_sigmoid" -> keras == 2 ? new ActivationHardSigmoid() : new HardSigmoid();
      case "hard_silu", "hard_swish" -> new HardSwish();
      case "log_sigmoid" -> new LogSigmoid();
      case "celu" -> new CELU();
      case "leaky_relu" -> new LeakyReLU(0.2);
      case "tanh_shrink" -> new TanhShrink();
      case "hard_shrink" -> new HardShrink();
      case "soft_shrink" -> new SoftShrink();
      case "hard_tanh" -> new HardTanh();
      case "Activation" -> of(place, config.get("activation"), keras);
      case "ReLU" -> relu(config);
      case "LeakyReLU" -> leaky(config.number("alpha", config.number("negative_slope", 0.3)));
      case "ELU" -> new ELU(config.number("alpha", 1));
      case "ThresholdedReLU" -> new Threshold(config.number("theta", 1), 0);
      case "Softmax" -> softmax(config);
      default ->
          throw new KerasImportException(
              place
                  + ": activation "
                  + activation.name()
                  + " is not known; replace it in Keras by one of keras.activations, or save the"
                  + " layers below it as a separate model");
    };
  }

  private static IActivation leaky(double slope) {
    return slope > 0 && slope <= 1
        ? new LeakyReLU(slope)
        : new org.nd4j.linalg.activations.impl.ActivationLReLU(slope);
  }

  private static IActivation relu(KerasFields config) {
    double slope = config.number("negative_slope", 0);
    double threshold = config.number("threshold", 0);
    double max = config.number("max_value", Double.POSITIVE_INFINITY);
    if (threshold == 0 && max == Double.POSITIVE_INFINITY) {
      return slope == 0 ? new ReLU() : leaky(slope);
    }
    if (threshold == 0 && slope == 0 && max == 6) {
      return new ReLU6();
    }
    return max != Double.POSITIVE_INFINITY && threshold >= 0 && threshold < max && slope >= 0
        ? new ClippedReLU(max, slope, threshold)
        : new ActivationReLU(config.has("max_value") ? (Double) max : null, threshold, slope);
  }

  private static IActivation softmax(KerasFields config) {
    if (config.whole("axis", -1) != -1) {
      throw new KerasImportException(
          config.place() + ": axis must be -1, was " + KerasFields.shown(config.get("axis")));
    }
    return new ActivationSoftmax();
  }
}
