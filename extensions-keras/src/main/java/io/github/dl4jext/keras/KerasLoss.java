package io.github.dl4jext.keras;

import io.github.dl4jext.activations.LogSoftmax;
import io.github.dl4jext.regularization.labels.LabelSmoothing;
import java.util.Locale;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMAPE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossMSLE;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/**
 * The loss of an output of a model.
 *
 * @param function the loss
 * @param activation what makes probabilities of logits; null if the output is taken as it is
 * @param rank dimensions of the output besides the examples: 1 for vectors, 2 for sequences, 3 for
 *     images
 */
record KerasLoss(ILossFunction function, @Nullable IActivation activation, int rank) {

  /** Keras's smallest probability, in {@code keras.config.epsilon()}. */
  private static final double EPSILON = 1e-7;

  /**
   * Finds a loss.
   *
   * @param object Keras's name or class, {@code mse} or {@code MeanSquaredError}
   * @param units how many numbers the output has
   * @param rank how many dimensions it has
   * @param present the output's activation
   */
  static KerasLoss of(
      KerasObject object, int units, int rank, IActivation present, ReportLines lines) {
    KerasFields config = object.config();
    boolean logits = config.flag("from_logits", false);
    double smoothing = config.number("label_smoothing", 0);
    ILossFunction function = function(object, units, lines);
    if (smoothing != 0) {
      function = new LabelSmoothing(smoothing, function);
    }
    lines.taken("loss " + object + ": " + function);
    if (rank > 1) {
      lines.replaced(
          "the mean of the loss over "
              + (rank == 2 ? "steps" : "pixels")
              + ": by DL4J's sum, so that loss and gradient are as many times as large");
    }
    if (!logits) {
      return new KerasLoss(function, null, rank);
    }
    boolean binary = name(object).startsWith("binary");
    boolean isLinear = present instanceof ActivationIdentity;
    if (!isLinear && (binary || !(present instanceof LogSoftmax))) { // its softmax is x's
      throw new KerasImportException(
          "loss " + object + ": from_logits needs an output without activation, it has " + present);
    }
    IActivation activation =
        binary ? new io.github.dl4jext.activations.Sigmoid() : new ActivationSoftmax();
    lines.replaced(
        "from_logits: by "
            + activation
            + " on the output of the trainable network, which outputs probabilities; network()"
            + " outputs logits");
    return new KerasLoss(function, activation, rank);
  }

  private static String name(KerasObject object) {
    return object.name().replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static ILossFunction function(KerasObject object, int units, ReportLines lines) {
    return switch (name(object)) {
      case "mse", "meansquarederror" -> new LossMSE();
      case "mae", "meanabsoluteerror" -> new LossMAE();
      case "mape", "meanabsolutepercentageerror" -> new LossMAPE();
      case "msle", "meansquaredlogarithmicerror" -> new LossMSLE();
      case "categoricalcrossentropy" -> new LossMCXENT();
      case "sparsecategoricalcrossentropy" -> new LossSparseMCXENT();
      case "binarycrossentropy" ->
          units == 1 // Keras takes the mean over the units, DL4J the sum
              ? new LossBinaryXENT(EPSILON)
              : new LossBinaryXENT(EPSILON, Nd4j.valueArrayOf(1, units, 1.0 / units));
      case "kld", "kldivergence", "kullbackleiblerdivergence" -> new LossKLD();
      case "cosinesimilarity", "cosineproximity" -> new LossCosineProximity();
      case "poisson" -> summed(new LossPoisson(), object, units, lines);
      case "hinge" -> summed(new LossHinge(), object, units, lines);
      case "huber", "huberloss" -> new HuberLoss(object.config().number("delta", 1));
      case "squaredhinge" -> summed(new LossSquaredHinge(), object, units, lines);
      default ->
          throw new KerasImportException(
              "loss "
                  + object.name()
                  + " is not known; known are mse, mae, mape, msle, categorical_crossentropy,"
                  + " sparse_categorical_crossentropy, binary_crossentropy, kl_divergence,"
                  + " cosine_similarity, huber, poisson, hinge and squared_hinge. Take network() and give"
                  + " it a loss with TransferBuilder");
    };
  }

  private static ILossFunction summed(
      ILossFunction loss, KerasObject object, int units, ReportLines lines) {
    if (units > 1) {
      lines.replaced(
          "loss "
              + object.name()
              + ": by the sum over the "
              + units
              + " units, as DL4J's is, where Keras takes the mean: loss and gradient are "
              + units
              + " times as large");
    }
    return loss;
  }

  /** A layer without parameters that has the loss, for outputs that cannot have it themselves. */
  Layer asLayer() {
    return switch (rank) {
      case 1 -> new LossLayer.Builder(function).activation(Activation.IDENTITY).build();
      case 2 -> {
        RnnLossLayer steps =
            new RnnLossLayer.Builder(function).activation(Activation.IDENTITY).build();
        steps.setRnnDataFormat(RNNFormat.NWC);
        yield steps;
      }
      case 3 ->
          new CnnLossLayer.Builder(function)
              .activation(Activation.IDENTITY)
              .format(CNN2DFormat.NHWC)
              .build();
      default ->
          throw new KerasImportException(
              "an output of " + rank + " dimensions besides the examples cannot have a loss");
    };
  }
}
