package io.github.dl4jext.layers;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays out the parameters of gated units: the weights W of the gate and V of the value, [nIn, nOut]
 * each, and the biases b of the gate and c of the value. Each projection is initialised by itself,
 * so that an initialiser sees the inputs and outputs that it has.
 */
enum GateAndValue implements ParamInitializer {
  INSTANCE;

  static final String GATE = "W";
  static final String VALUE = "V";
  static final String GATE_BIAS = "b";
  static final String VALUE_BIAS = "c";

  private static GatedLayer of(Layer layer) {
    return (GatedLayer) layer;
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    GatedLayer own = of(layer);
    return 2 * own.getNOut() * (own.getNIn() + (own.hasBias() ? 1 : 0));
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return of(layer).hasBias() ? List.of(GATE, VALUE, GATE_BIAS, VALUE_BIAS) : weightKeys(layer);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(GATE, VALUE);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return of(layer).hasBias() ? List.of(GATE_BIAS, VALUE_BIAS) : List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray view, boolean initialize) {
    GatedLayer layer = of(conf.getLayer());
    Map<String, INDArray> parameters = getGradientsFromFlattened(conf, view);
    parameters.keySet().forEach(conf::addVariable);
    if (initialize) {
      parameters.forEach((name, parameter) -> begin(layer, name, parameter));
    }
    return Collections.synchronizedMap(parameters);
  }

  private void begin(GatedLayer layer, String name, INDArray parameter) {
    if (isBiasParam(layer, name)) {
      parameter.assign(layer.getBiasInit());
      return;
    }
    layer
        .getWeightInitFn()
        .init(
            layer.getNIn(),
            layer.getNOut(),
            parameter.shape(),
            IWeightInit.DEFAULT_WEIGHT_INIT_ORDER,
            parameter.reshape('f', new long[] {parameter.length()}));
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    GatedLayer layer = of(conf.getLayer());
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    long from = 0;
    for (String name : paramKeys(layer)) {
      boolean bias = isBiasParam(layer, name);
      long length = bias ? layer.getNOut() : layer.getNIn() * layer.getNOut();
      INDArray part = flat.get(interval(from, from + length));
      parameters.put(name, bias ? part : part.reshape('f', layer.getNIn(), layer.getNOut()));
      from += length;
    }
    return parameters;
  }
}
