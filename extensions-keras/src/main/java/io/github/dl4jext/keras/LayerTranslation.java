package io.github.dl4jext.keras;

import io.github.dl4jext.regularization.dropout.SpatialDropout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/**
 * Says a layer of a file in words that DL4J's import understands, and keeps what these cannot say
 * as a {@link LayerCorrection}.
 *
 * @param spec the layer of the file
 * @param className the class that DL4J's import is told
 * @param config the settings that DL4J's import is told
 * @param correction what is put into DL4J's layer afterwards
 * @param lines what became of the settings
 */
record LayerTranslation(
    KerasLayerSpec spec,
    String className,
    Map<String, @Nullable Object> config,
    LayerCorrection correction,
    ReportLines lines) {

  private static final Map<String, @Nullable Object> ANY_INITIALIZER =
      Map.of("class_name", "GlorotUniform", "config", Map.of());

  /** Layers that are an activation and nothing else. */
  private static final Set<String> ACTIVATIONS =
      Set.of("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU");

  /** Layers without parameters and settings that DL4J's import could lose. */
  private static final Set<String> PLAIN =
      Set.of(
          "InputLayer",
          "Flatten",
          "Reshape",
          "Permute",
          "RepeatVector",
          "Add",
          "Subtract",
          "Multiply",
          "Average",
          "Maximum",
          "Concatenate",
          "MaxPooling1D",
          "MaxPooling2D",
          "AveragePooling1D",
          "AveragePooling2D",
          "GlobalMaxPooling1D",
          "GlobalMaxPooling2D",
          "GlobalAveragePooling1D",
          "GlobalAveragePooling2D",
          "ZeroPadding2D",
          "Cropping2D",
          "UpSampling2D");

  static boolean isActivation(KerasLayerSpec layer) {
    return ACTIVATIONS.contains(layer.className());
  }

  static LayerTranslation of(KerasLayerSpec spec, int keras, int inputRank, KerasFile file) {
    ReportLines lines = new ReportLines(spec.name());
    LayerCorrection correction = new LayerCorrection();
    Map<String, @Nullable Object> config = new LinkedHashMap<>(spec.config().values());
    config.put("name", spec.name());
    config.remove("trainable");
    LayerTranslation layer =
        new LayerTranslation(spec, spec.className(), config, correction, lines);
    LayerChecks.check(spec, lines);
    return KerasImportException.at(spec.place(), () -> layer.translated(keras, inputRank, file));
  }

  private LayerTranslation translated(int keras, int inputRank, KerasFile file) {
    String name = spec.className();
    KerasFields fields = spec.config();
    if (ACTIVATIONS.contains(name)) {
      Object activation =
          name.equals("Activation")
              ? fields.get("activation")
              : Map.of("class_name", name, "config", fields.values());
      correction.activation = KerasActivations.of(spec.place(), activation, keras);
      taken("activation", activation, correction.activation);
      return as("Activation", "activation", "linear");
    }
    IDropout noise = KerasDropouts.of(spec);
    if (noise != null) {
      correction.dropout = noise;
      lines.taken(name + ": " + noise);
      return as("Dropout", "rate", 0.5);
    }
    if (PLAIN.contains(name)) {
      return plain();
    }
    if (KerasNormalization.isOne(spec)) {
      return normalization(inputRank, file);
    }
    return switch (name) {
      case "TimeDistributed" -> timeDistributed(keras, inputRank, file);
      case "Bidirectional" -> bidirectional(keras, inputRank, file);
      case "BatchNormalization" -> batchNormalization(inputRank);
      default -> {
        List<KerasParameter> parameters = KerasParameter.of(name);
        if (parameters.isEmpty()) {
          throw new KerasImportException(spec.place() + ": " + LayerChecks.unknown(name));
        }
        LayerTranslation weighted = weighted(parameters, keras);
        yield switch (name) {
          case "DepthwiseConv2D" -> weighted.depthwise(file);
          case "Dense" -> inputRank > 1 ? weighted.denseEach(inputRank) : weighted;
          default -> weighted;
        };
      }
    };
  }

  private void taken(String field, @Nullable Object value, IActivation activation) {
    String keras =
        value == null ? "None" : KerasObject.of(spec.place() + ": " + field, value).toString();
    lines.taken(field + " " + keras + ": " + activation.toString().replace("[]", ""));
  }

  private LayerTranslation as(String otherClass, String field, Object value) {
    Map<String, @Nullable Object> other = new LinkedHashMap<>();
    other.put("name", spec.name());
    other.put(field, value);
    return new LayerTranslation(spec, otherClass, other, correction, lines);
  }

  private LayerTranslation plain() {
    if (spec.className().endsWith("Pooling1D")) {
      asList("pool_size");
      asList("strides");
      if (spec.className().startsWith("Average")) {
        correction.pooling = PoolingType.AVG;
      }
    }
    if (spec.className().equals("UpSampling2D")) {
      correction.format = CNN2DFormat.NHWC;
    }
    if (spec.isInput()) {
      Object shape = KerasStructure.shape(spec.config());
      if (!(shape instanceof List<?>)) {
        throw new KerasImportException(
            spec.place()
                + ": batch_input_shape must be a list, was "
                + shape
                + "; build the model in Keras with an Input before it is saved");
      }
      config.put("batch_input_shape", shape);
    }
    return this;
  }

  /** Keras writes the sizes of one dimension as a number too. */
  private void asList(String field) {
    Object value = config.get(field);
    if (value instanceof Number) {
      config.put(field, List.of(value));
    }
  }

  /** A layer with weights, whose activation, initialisers, penalties and constraints are ours. */
  private LayerTranslation weighted(List<KerasParameter> parameters, int keras) {
    KerasFields fields = spec.config();
    if (fields.names().contains("activation")) {
      correction.activation = KerasActivations.of(spec.place(), fields.get("activation"), keras);
      taken("activation", fields.get("activation"), correction.activation);
      config.put("activation", "linear");
    }
    if (fields.names().contains("recurrent_activation")) {
      correction.gates =
          KerasActivations.of(spec.place(), fields.get("recurrent_activation"), keras);
      taken("recurrent_activation", fields.get("recurrent_activation"), correction.gates);
      config.put("recurrent_activation", "sigmoid");
    }
    ParameterSettings.read(spec.config(), parameters, correction, lines);
    for (KerasParameter parameter : parameters) {
      config.put(parameter.keras() + "_initializer", ANY_INITIALIZER);
      config.put(parameter.keras() + "_regularizer", null);
      config.put(parameter.keras() + "_constraint", null);
    }
    config.remove("activity_regularizer");
    if (spec.className().equals("Conv1D")) {
      List.of("kernel_size", "strides", "dilation_rate").forEach(this::asList);
      correction.replacement = OwnLayers::inPlaceOf;
    }
    recurrentDropout();
    config.computeIfPresent("unroll", (field, was) -> false);
    if (spec.className().equals("Embedding")) {
      config.put("input_length", inputLength());
    }
    return this;
  }

  /** A dense layer that Keras applies to each step of a sequence or pixel of an image. */
  private LayerTranslation denseEach(int inputRank) {
    if (inputRank > 3) {
      throw new KerasImportException(
          spec.place()
              + ": its inputs have "
              + inputRank
              + " dimensions besides the examples, it can be imported for up to 3");
    }
    Map<String, @Nullable Object> convolution = KerasDense.asConvolution(config, inputRank - 1);
    if (inputRank == 2) {
      correction.replacement = KerasDense::eachStep;
    } else {
      lines.replaced("Dense on images: by a convolution of size 1, which is the same");
    }
    return new LayerTranslation(
        spec, inputRank == 2 ? "Conv1D" : "Conv2D", convolution, correction, lines);
  }

  private LayerTranslation depthwise(KerasFile file) {
    KerasDepthwise depthwise = KerasDepthwise.of(spec, file.weights(spec.name()));
    correction.replacement = depthwise::inPlaceOf;
    Map<String, @Nullable Object> convolution = depthwise.asConvolution(config);
    convolution.put("kernel_initializer", ANY_INITIALIZER);
    return new LayerTranslation(spec, "Conv2D", convolution, correction, lines);
  }

  /** Keras draws one mask of the inputs for all steps of a sequence. */
  private void recurrentDropout() {
    double dropout = spec.config().number("dropout", 0);
    if (dropout != 0) {
      correction.dropout =
          SpatialDropout.dropping(dropout).withFormat(SpatialDropout.Format.CHANNELS_LAST);
      lines.taken("dropout " + dropout + " of the inputs: " + correction.dropout);
    }
    if (spec.config().number("recurrent_dropout", 0) != 0) {
      lines.ignored(
          "recurrent_dropout "
              + spec.config().number("recurrent_dropout")
              + ": DL4J has none within its recurrent layers");
    }
    config.remove("dropout");
    config.remove("recurrent_dropout");
  }

  private @Nullable Object inputLength() {
    Object length = spec.config().get("input_length");
    return length instanceof List<?> list && list.size() == 1 ? list.get(0) : length;
  }

  private LayerTranslation inner(KerasLayerSpec inner, int keras, int inputRank, KerasFile file) {
    LayerTranslation translated = of(inner, keras, inputRank, file);
    lines.entries().addAll(translated.lines.entries());
    return translated;
  }

  private KerasLayerSpec innerSpec() {
    KerasFields inner = spec.config().object("layer");
    return new KerasLayerSpec(
        inner.text("class_name"), spec.name(), inner.object("config"), spec.inputs());
  }

  private LayerTranslation timeDistributed(int keras, int inputRank, KerasFile file) {
    KerasLayerSpec within = innerSpec();
    if (!Set.of("Dense", "Activation", "Dropout").contains(within.className())) {
      throw new KerasImportException(
          spec.place()
              + ": only Dense, Activation and Dropout can be time-distributed, was "
              + within.className());
    }
    LayerTranslation each = inner(within, keras, inputRank, file);
    return new LayerTranslation(spec, each.className, each.config, each.correction, lines);
  }

  private LayerTranslation bidirectional(int keras, int inputRank, KerasFile file) {
    KerasLayerSpec within = innerSpec();
    if (!Set.of("LSTM", "SimpleRNN").contains(within.className())) {
      throw new KerasImportException(
          spec.place()
              + ": only LSTM and SimpleRNN can be bidirectional, was "
              + within.className());
    }
    if (!spec.config().has("merge_mode")) {
      throw new KerasImportException(
          spec.place() + ": merge_mode must be concat, sum, mul or ave, was None");
    }
    LayerTranslation both = inner(within, keras, inputRank, file);
    Map<String, @Nullable Object> layer = new LinkedHashMap<>();
    layer.put("class_name", both.className);
    layer.put("config", both.config);
    Map<String, @Nullable Object> outer = new LinkedHashMap<>();
    outer.put("name", spec.name());
    outer.put("merge_mode", spec.config().text("merge_mode"));
    outer.put("layer", layer);
    both.correction.replacement = OwnLayers::inPlaceOf;
    return new LayerTranslation(spec, "Bidirectional", outer, both.correction, lines);
  }

  private LayerTranslation batchNormalization(int inputRank) {
    KerasFields fields = spec.config();
    double momentum = fields.number("momentum", 0.99);
    double epsilon = fields.number("epsilon", 1e-3);
    config.put("momentum", momentum);
    config.put("epsilon", epsilon);
    lines.taken("momentum " + momentum + ": decay, epsilon " + epsilon);
    ParameterSettings.read(fields, KerasParameter.of("BatchNormalization"), correction, lines);
    for (String parameter : List.of("beta", "gamma")) {
      config.put(parameter + "_regularizer", null);
      config.put(parameter + "_constraint", null);
    }
    correction.format = CNN2DFormat.NHWC;
    if (!List.of(-1, inputRank).contains(axis())) {
      throw new KerasImportException(
          spec.place()
              + ": axis must be the last, -1 or "
              + inputRank
              + ", to be imported, was "
              + axis());
    }
    trainedAnyway();
    return this;
  }

  private void trainedAnyway() {
    for (String flag : List.of("center", "scale")) {
      if (!spec.config().flag(flag, true)) {
        lines.ignored(
            flag
                + "=False: the normalization has "
                + (flag.equals("scale") ? "gamma = 1" : "beta = 0")
                + " here too, which is trained unless the layer is frozen");
      }
    }
  }

  /** A normalization of each example by itself. */
  private LayerTranslation normalization(int inputRank, KerasFile file) {
    KerasNormalization own = KerasNormalization.of(spec, inputRank, file.weights(spec.name()));
    correction.normalization = own;
    correction.replacement =
        placeholder -> {
          Layer layer = KerasImportException.at(spec.place(), () -> own.inPlaceOf(placeholder));
          lines.taken(spec.className() + ": " + layer);
          return layer;
        };
    ParameterSettings.read(spec.config(), KerasParameter.of(spec.className()), correction, lines);
    if (!own.isFixed()) {
      trainedAnyway();
    }
    return new LayerTranslation(
        spec, "BatchNormalization", own.asBatchNormalization(), correction, lines);
  }

  private int axis() {
    Object axis = spec.config().get("axis");
    if (axis instanceof List<?> list && list.size() != 1) {
      throw new KerasImportException(spec.place() + ": axis must name one axis, was " + list);
    }
    return axis instanceof List<?>
        ? spec.config().numbers("axis").get(0).intValue()
        : spec.config().whole("axis", -1);
  }

  /** Whether it has parameters here, none of which Keras would train. */
  boolean isFixed() {
    return correction.normalization != null && correction.normalization.isFixed();
  }

  /** Whether a dense layer stands where DL4J's import was told of a convolution. */
  boolean isDenseOfSteps() {
    return className.equals("Conv1D") && !spec.className().equals("Conv1D");
  }
}
