package io.github.dl4jext.keras;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses settings that change what a layer computes and that DL4J's import would lose. */
final class LayerChecks {

  private static final String MASKS =
      "save the model without it, which has the same weights, and give the network a mask of the"
          + " features beside the data";

  private static final String MODELS =
      "a model within a model cannot be imported; make one model of the layers of both, by calling"
          + " each inner layer on the output of the one before, and save that";

  /** What a setting must be, if it is there. */
  private static final Map<String, Object> REQUIRED =
      Map.of(
          "groups", 1,
          "go_backwards", false,
          "return_state", false,
          "time_major", false,
          "keepdims", false,
          "data_format", "channels_last",
          "mask_zero", false, // DL4J hands the mask on to one layer at most
          "interpolation", "nearest",
          "renorm", false,
          "rms_scaling", false); // which is another formula than RMSNormalization

  /** What to do about a setting that must be another one. */
  private static final Map<String, String> REMEDIES =
      Map.of(
          "data_format",
          "make the model with channels_last in Keras, give it these weights by set_weights (a"
              + " dense layer behind Flatten has its rows in another order then), and save that",
          "mask_zero",
          MASKS,
          "return_state",
          "only the layer's output can be imported, not its state",
          "keepdims",
          "leave it out, and put a Reshape behind the layer",
          "groups",
          "DL4J has no convolution in groups but the depth-wise one");

  /** What to do about layers that cannot be imported. */
  private static final Map<String, String> REMEDIES_OF_CLASSES =
      Map.of(
          "GRU", "DL4J has no such layer; train the model with LSTM in its place",
          "Masking", MASKS,
          "Sequential", MODELS,
          "Functional", MODELS,
          "Model", MODELS,
          "Lambda", "it is a program in Python; take layers of Keras in its place");

  /** Settings that the import reads, or that change nothing here. */
  private static final Set<String> KNOWN =
      Set.of(
          "name",
          "trainable",
          "dtype",
          "batch_input_shape",
          "batch_shape",
          "sparse",
          "ragged",
          "optional",
          "units",
          "filters",
          "kernel_size",
          "strides",
          "padding",
          "dilation_rate",
          "activation",
          "recurrent_activation",
          "use_bias",
          "pool_size",
          "depth_multiplier",
          "return_sequences",
          "unroll",
          "implementation",
          "unit_forget_bias",
          "use_cudnn",
          "zero_output_for_mask",
          "input_dim",
          "output_dim",
          "input_length",
          "axis",
          "momentum",
          "epsilon",
          "center",
          "scale",
          "fused",
          "synchronized",
          "rate",
          "stddev",
          "seed",
          "alpha",
          "negative_slope",
          "max_value",
          "threshold",
          "theta",
          "shared_axes",
          "merge_mode",
          "layer",
          "backward_layer",
          "n",
          "dims",
          "size",
          "cropping",
          "target_shape",
          "dropout",
          "recurrent_dropout",
          "autocast",
          "output_padding",
          "cell",
          "batch_size",
          "moving_mean_initializer",
          "moving_variance_initializer",
          "gamma_initializer",
          "beta_initializer");

  private static final List<String> OF_PARAMETERS =
      List.of("_initializer", "_regularizer", "_constraint");

  private LayerChecks() {}

  /** What a message says of a layer that cannot be imported. */
  static String unknown(String className) {
    return REMEDIES_OF_CLASSES.getOrDefault(
        className,
        "a layer of this class cannot be imported; DL4J's import has none, or makes another one of"
            + " it. Save the layers below it as a separate model");
  }

  static void check(KerasLayerSpec spec, ReportLines lines) {
    KerasFields fields = spec.config();
    for (Map.Entry<String, Object> setting : REQUIRED.entrySet()) {
      String field = setting.getKey();
      boolean other = field.equals("groups") && KerasNormalization.isOne(spec);
      if (!other && fields.has(field) && !setting.getValue().equals(fields.get(field))) {
        throw new KerasImportException(
            spec.place()
                + ": "
                + field
                + " must be "
                + shown(setting.getValue())
                + " to be imported, was "
                + shown(fields.get(field))
                + (REMEDIES.containsKey(field) ? "; " + REMEDIES.get(field) : ""));
      }
    }
    for (String field : fields.names()) {
      boolean isParameters = OF_PARAMETERS.stream().anyMatch(field::endsWith);
      if (fields.has(field)
          && !REQUIRED.containsKey(field)
          && !KNOWN.contains(field)
          && (!isParameters || field.equals("activity_regularizer"))
          && !Boolean.FALSE.equals(fields.get(field))) {
        lines.ignored(field + " " + KerasFields.shown(fields.get(field)));
      }
    }
    dtype(spec, lines);
  }

  private static void dtype(KerasLayerSpec spec, ReportLines lines) {
    Object dtype = spec.config().get("dtype");
    if (dtype instanceof Map<?, ?> policy && policy.get("config") instanceof Map<?, ?> config) {
      dtype = config.get("name");
    }
    if (dtype != null && !spec.isInput() && !"float32".equals(dtype)) {
      lines.replaced(
          "dtype " + KerasFields.shown(dtype) + ": by float32, as DL4J's import reads it");
    }
  }

  private static String shown(@Nullable Object value) {
    return value instanceof Boolean flag ? (flag ? "True" : "False") : KerasFields.shown(value);
  }
}
