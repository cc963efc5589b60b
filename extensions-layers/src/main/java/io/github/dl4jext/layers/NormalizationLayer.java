package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What the normalization layers have in common: they take inputs of every form that has features,
 * give out the same form, and hold a gain and perhaps a bias.
 */
abstract class NormalizationLayer extends FeedForwardLayer {

  private static final long serialVersionUID = 1L;

  static final Parameter<Boolean> FEATURES_LAST =
      Parameter.flag("featuresLast")
          .orElse(false)
          .doc(
              "whether features are the last axis; but for volumes the network's input type says so");

  private transient Arguments arguments;

  NormalizationLayer(Technique<Layer> technique, Arguments given) {
    arguments = technique.read(given);
    activationFn = new ActivationIdentity();
    biasInit = Double.NaN; // what is not set is taken from the network's builder
    gainInit = Double.NaN;
    gradientNormalization = null;
    gradientNormalizationThreshold = Double.NaN;
  }

  abstract Technique<Layer> technique();

  abstract boolean isCentred();

  abstract boolean hasBias();

  abstract double epsilon();

  /** How many gains there are; 0 as long as that is not known. */
  abstract long gains();

  /** Who is normalized with whom. */
  abstract Grouping grouping(ExampleShape shape);

  /** Takes sizes from the input; nIn is set. */
  abstract void fit(ExampleShape shape, boolean override);

  /**
   * The value of a parameter.
   *
   * @param parameter one of the layer's
   * @param <V> its type
   * @return the value
   */
  public final <V> V get(Parameter<V> parameter) {
    return arguments.get(parameter);
  }

  final <V> void set(Parameter<V> parameter, V value) {
    arguments = technique().read(arguments.with(parameter, value));
  }

  /** A copy of which one argument is another. */
  @SuppressWarnings("unchecked") // clones are of the same class
  final <L extends NormalizationLayer, V> L having(Parameter<V> parameter, V value) {
    NormalizationLayer copy = clone();
    copy.set(parameter, value);
    return (L) copy;
  }

  /**
   * What JSON has beside the fields of every layer.
   *
   * @return the arguments
   */
  @JsonProperty("arguments")
  final Arguments arguments() {
    return arguments;
  }

  @JsonAnySetter
  private void refuse(String name, @Nullable Object value) {
    technique()
        .checks()
        .that(false, name, "a field of its JSON, which has none so named", value)
        .done();
  }

  @Override
  public final ParamInitializer initializer() {
    return GainAndBias.INSTANCE;
  }

  @Override
  public final org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    requireSizes();
    NormalizationAtWork layer = new NormalizationAtWork(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  final void requireSizes() {
    if (!(nIn > 0 && gains() > 0)) {
      throw new DL4JInvalidConfigException(
          this
              + " must know the size of what it normalizes: give the network an input type, or the"
              + " layer its nIn"
              + (nIn > 0 ? " and sizes" : ""));
    }
    nOut = nIn;
  }

  @Override
  public final InputType getOutputType(int index, InputType input) {
    shape(input);
    return input;
  }

  @Override
  public final void setNIn(@Nullable InputType input, boolean override) {
    ExampleShape shape = shape(input);
    int features = shape.features();
    if (nIn > 0 && !override && nIn != features) {
      throw new IllegalStateException(
          this + " must have an nIn of " + features + ", as its input has, was " + nIn);
    }
    nIn = features;
    nOut = features;
    if (!(input instanceof InputType.InputTypeConvolutional3D)) {
      set(FEATURES_LAST, shape.isFeaturesLast()); // of volumes DL4J says NDHWC whatever they are
    }
    fit(shape, override);
  }

  /** Reads an input type, of which time may be of unknown length. */
  private ExampleShape shape(@Nullable InputType input) {
    return ExampleShape.of(input)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    this
                        + " must get an input with features (dense, recurrent, an image or a"
                        + " volume), was "
                        + input));
  }

  @Override
  public final @Nullable InputPreProcessor getPreProcessorForInputType(@Nullable InputType input) {
    return input instanceof InputType.InputTypeConvolutionalFlat flat
        ? new FeedForwardToCnnPreProcessor(flat.getHeight(), flat.getWidth(), flat.getDepth())
        : null;
  }

  /** Nothing regularizes gains and biases, as nothing does those of DL4J's batch norm. */
  @Override
  public final @Nullable List<Regularization> getRegularizationByParam(String name) {
    return null;
  }

  /** The activation is none, whatever the network's builder says of all layers. */
  @Override
  public final void setActivationFn(@Nullable IActivation ignored) {
    activationFn = new ActivationIdentity();
  }

  @Override
  public final LayerMemoryReport getMemoryReport(InputType input) {
    long parameters = initializer().numParams(this);
    long state = iUpdater == null ? 0 : iUpdater.stateSize(parameters);
    return new LayerMemoryReport.Builder(layerName, getClass(), input, input)
        .standardMemory(parameters, state)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public NormalizationLayer clone() {
    return (NormalizationLayer) super.clone();
  }

  private void writeObject(java.io.ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(arguments);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    arguments = technique().read((Arguments) in.readObject());
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof NormalizationLayer that
        && that.arguments.equals(arguments);
  }

  @Override
  public final int hashCode() {
    return 31 * super.hashCode() + arguments.hashCode();
  }

  @Override
  protected final boolean canEqual(@Nullable Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName()
        + Optional.ofNullable(layerName).map(name -> " \"" + name + "\" ").orElse("")
        + arguments;
  }
}
