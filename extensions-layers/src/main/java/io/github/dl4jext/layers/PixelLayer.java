package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Collection;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What layers have in common that learn nothing: they compute the same of every example. */
@JsonIgnoreProperties({"gradientNormalization", "gradientNormalizationThreshold"}) // of no gradient
abstract class PixelLayer extends NoParamLayer {

  private static final long serialVersionUID = 1L;

  private transient Arguments arguments;

  PixelLayer(Technique<Layer> technique, Arguments given) {
    arguments = technique.read(given);
  }

  abstract Technique<Layer> technique();

  /** The output's shape of an input. */
  abstract long[] outputShape(INDArray input);

  /** Computes; both are dense in the order c. */
  abstract void forward(INDArray input, INDArray output);

  /** Computes the gradient by an input of this shape; both are dense in the order c. */
  abstract void backward(INDArray outer, INDArray inner);

  /** Refuses a mask that does not fit the output as it did the input. */
  void checkMask(INDArray mask) {}

  /**
   * Returns the value of a parameter.
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
  final <L extends PixelLayer, V> L having(Parameter<V> parameter, V value) {
    PixelLayer copy = clone();
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
    StoredLayer.refuse(technique(), name, value);
  }

  @Override
  public final org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    PixelLayerAtWork layer = new PixelLayerAtWork(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public @Nullable InputPreProcessor getPreProcessorForInputType(@Nullable InputType input) {
    return null;
  }

  @Override
  public final LayerMemoryReport getMemoryReport(InputType input) {
    return new LayerMemoryReport.Builder(layerName, getClass(), input, getOutputType(-1, input))
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public PixelLayer clone() {
    return (PixelLayer) super.clone();
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
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
        && other instanceof PixelLayer that
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
