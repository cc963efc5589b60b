package io.github.dl4jext.keras;

import io.github.dl4jext.regularization.dropout.AlphaDropout;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.dropout.GaussianDropout;
import io.github.dl4jext.regularization.dropout.GaussianNoise;
import io.github.dl4jext.regularization.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.jspecify.annotations.Nullable;

/** Finds what a layer of Keras drops or adds in training, with the rates of the file. */
final class KerasDropouts {

  private KerasDropouts() {}

  /** Finds the dropout or noise of a layer; null if it is another one. */
  static @Nullable IDropout of(KerasLayerSpec spec) {
    KerasFields fields = spec.config();
    return switch (spec.className()) {
      case "Dropout" -> Dropout.dropping(fields.number("rate"));
      case "AlphaDropout" -> AlphaDropout.dropping(fields.number("rate"));
      case "GaussianDropout" -> GaussianDropout.dropping(fields.number("rate"));
      case "GaussianNoise" -> new GaussianNoise(fields.number("stddev"));
      case "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D" ->
          SpatialDropout.dropping(fields.number("rate"))
              .withFormat(SpatialDropout.Format.CHANNELS_LAST);
      default -> null;
    };
  }
}
