package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.Collection;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the gated units have in common: two projections of the input, of which a function of the one
 * gates the other.
 */
abstract class GatedLayer extends DeclaredLayer {

  private static final long serialVersionUID = 1L;

  static final Parameter<Integer> UNITS =
      Parameter.integer("nOut").in("[1, inf)").doc("the number of outputs");

  static final Parameter<Boolean> WITH_BIAS =
      Parameter.flag("bias").orElse(true).doc("whether both projections have a bias");

  GatedLayer(Technique<Layer> stored, Arguments given, long units) {
    super(stored, given);
    nOut = units;
  }

  /** What the first projection becomes before it is multiplied with the second. */
  abstract GateFunction gate();

  final boolean hasBias() {
    return get(WITH_BIAS);
  }

  @Override
  public final ParamInitializer initializer() {
    return GateAndValue.INSTANCE;
  }

  @Override
  public final org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    LayerValidation.assertNInNOutSet(getClass().getSimpleName(), layerName, index, nIn, nOut);
    GatedLayerAtWork layer = new GatedLayerAtWork(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public final LayerMemoryReport getMemoryReport(InputType input) {
    long parameters = initializer().numParams(this);
    long state = iUpdater == null ? 0 : iUpdater.stateSize(parameters);
    return new LayerMemoryReport.Builder(
            layerName, getClass(), input, getOutputType(-1, InputType.feedForward(nIn)))
        .standardMemory(parameters, state)
        .workingMemory(0, 2 * nOut, 0, 5 * nOut)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public GatedLayer clone() {
    return (GatedLayer) super.clone();
  }

  @Override
  public final String toString() {
    return super.toString() + "[nOut=" + nOut + "]";
  }
}
