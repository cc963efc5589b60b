package io.github.dl4jext.keras;

import io.github.dl4jext.activations.initializers.GlorotNormal;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.HeUniform;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.activations.initializers.LecunUniform;
import io.github.dl4jext.activations.initializers.Orthogonal;
import io.github.dl4jext.activations.initializers.VarianceScaling;
import java.util.Optional;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitIdentity;

/** Finds the initialiser of a name or of an object of Keras. */
final class KerasInitializers {

  private KerasInitializers() {}

  /** Finds an initialiser; empty if there is none of this name. */
  static Optional<IWeightInit> of(KerasObject object) {
    KerasFields config = object.config();
    return Optional.ofNullable(
        switch (object.name()) {
          case "Zeros", "zeros", "zero" -> new WeightInitConstant(0);
          case "Ones", "ones", "one" -> new WeightInitConstant(1);
          case "Constant", "constant" -> new WeightInitConstant(config.number("value", 0));
          case "RandomNormal", "random_normal", "normal" ->
              new WeightInitDistribution(
                  new NormalDistribution(config.number("mean", 0), config.number("stddev", 0.05)));
          case "RandomUniform", "random_uniform", "uniform" ->
              new WeightInitDistribution(
                  new UniformDistribution(
                      config.number("minval", -0.05), config.number("maxval", 0.05)));
          case "TruncatedNormal", "truncated_normal" ->
              new WeightInitDistribution(
                  new TruncatedNormalDistribution(
                      config.number("mean", 0), config.number("stddev", 0.05)));
          case "VarianceScaling", "variance_scaling" -> varianceScaling(config);
          case "Orthogonal", "orthogonal", "OrthogonalInitializer" ->
              new Orthogonal(config.number("gain", 1));
          case "Identity", "identity", "IdentityInitializer" ->
              new WeightInitIdentity(config.number("gain", 1));
          case "GlorotUniform", "glorot_uniform" -> new GlorotUniform();
          case "GlorotNormal", "glorot_normal" -> new GlorotNormal();
          case "HeUniform", "he_uniform" -> new HeUniform();
          case "HeNormal", "he_normal" -> new HeNormal();
          case "LecunUniform", "lecun_uniform" -> new LecunUniform();
          case "LecunNormal", "lecun_normal" -> new LecunNormal();
          default -> null;
        });
  }

  private static IWeightInit varianceScaling(KerasFields config) {
    VarianceScaling.Mode mode =
        switch (config.text("mode", "fan_in")) {
          case "fan_in" -> VarianceScaling.Mode.FAN_IN;
          case "fan_out" -> VarianceScaling.Mode.FAN_OUT;
          case "fan_avg" -> VarianceScaling.Mode.FAN_AVG;
          default -> throw unknown(config, "mode", "fan_in, fan_out or fan_avg");
        };
    VarianceScaling.Distribution distribution =
        switch (config.text("distribution", "truncated_normal")) {
          case "normal", "truncated_normal" -> VarianceScaling.Distribution.TRUNCATED_NORMAL;
          case "untruncated_normal" -> VarianceScaling.Distribution.UNTRUNCATED_NORMAL;
          case "uniform" -> VarianceScaling.Distribution.UNIFORM;
          default ->
              throw unknown(
                  config, "distribution", "truncated_normal, untruncated_normal or uniform");
        };
    return new VarianceScaling(config.number("scale", 1), mode, distribution);
  }

  private static KerasImportException unknown(KerasFields config, String field, String rule) {
    return new KerasImportException(
        config.place() + ": " + field + " must be " + rule + ", was " + config.text(field));
  }
}
