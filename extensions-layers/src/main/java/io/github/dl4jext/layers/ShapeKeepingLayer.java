package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What normalizations and PReLU have in common: they take every kind of input that has features,
 * keep its shape, and have parameters for positions in it, which nothing regularizes.
 */
abstract class ShapeKeepingLayer extends DeclaredLayer {

  private static final long serialVersionUID = 1L;

  static final Parameter<Boolean> FEATURES_LAST =
      Parameter.flag("featuresLast")
          .orElse(false)
          .doc(
              "whether features are the last axis; except for volumes, the network's input type says so");

  ShapeKeepingLayer(Technique<Layer> technique, Arguments given) {
    super(technique, given);
  }

  /** How many places have a parameter of their own; 0 as long as that is not known. */
  abstract long places();

  /** Which elements belong together, and which place each has. */
  abstract Grouping grouping(ExampleShape shape);

  /** The layer in a network. */
  abstract ShapeKeepingAtWork<?> atWork(NeuralNetConfiguration conf, DataType type);

  /** Takes sizes from the input; nIn is set. */
  abstract void fit(ExampleShape shape, boolean override);

  @Override
  public final org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    requireSizes();
    ShapeKeepingAtWork<?> layer = atWork(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  final void requireSizes() {
    if (!(nIn > 0 && places() > 0)) {
      throw new DL4JInvalidConfigException(
          this
              + " must know the size of its input: give the network an input type, or the"
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

  /** Nothing regularizes its parameters, as nothing does those of DL4J's batch norm. */
  @Override
  public final @Nullable List<Regularization> getRegularizationByParam(String name) {
    return null;
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
  public ShapeKeepingLayer clone() {
    return (ShapeKeepingLayer) super.clone();
  }
}
