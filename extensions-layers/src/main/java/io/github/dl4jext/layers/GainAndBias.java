package io.github.dl4jext.layers;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.GAIN_KEY;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays out the parameters of normalizations: gains, which begin at 1, and biases, which begin at 0,
 * each a vector. As those of DL4J's batch norm they count neither as weights nor as biases, so that
 * nothing decays or constrains them that is meant for these.
 */
enum GainAndBias implements NeitherWeightsNorBiases {
  INSTANCE;

  private static NormalizationLayer of(Layer layer) {
    return (NormalizationLayer) layer;
  }

  @Override
  public long numParams(Layer layer) {
    return of(layer).places() * paramKeys(layer).size();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return of(layer).hasBias() ? List.of(GAIN_KEY, BIAS_KEY) : List.of(GAIN_KEY);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray view, boolean initialize) {
    Map<String, INDArray> parameters = getGradientsFromFlattened(conf, view);
    parameters.forEach(
        (name, parameter) -> {
          conf.addVariable(name);
          if (initialize) {
            parameter.assign(name.equals(GAIN_KEY) ? 1 : 0);
          }
        });
    return Collections.synchronizedMap(parameters);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    long gains = of(conf.getLayer()).places();
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    for (String name : paramKeys(conf.getLayer())) {
      long from = parameters.size() * gains;
      parameters.put(name, flat.get(interval(from, from + gains)));
    }
    return parameters;
  }
}
