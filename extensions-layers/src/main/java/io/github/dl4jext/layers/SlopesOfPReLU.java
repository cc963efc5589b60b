package io.github.dl4jext.layers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays out the parameters of PReLU: one vector of slopes, which count neither as weights nor as
 * biases, so that nothing decays or constrains them that is meant for these.
 */
enum SlopesOfPReLU implements NeitherWeightsNorBiases {
  INSTANCE;

  static final String ALPHA = "alpha";

  @Override
  public long numParams(Layer layer) {
    return ((PReLU) layer).places();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.of(ALPHA);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray view, boolean initialize) {
    Map<String, INDArray> parameters = getGradientsFromFlattened(conf, view);
    conf.addVariable(ALPHA);
    if (initialize) {
      double alpha = ((PReLU) conf.getLayer()).get(PReLU.ALPHA);
      parameters.values().forEach(slopes -> slopes.assign(alpha));
    }
    return Collections.synchronizedMap(parameters);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    parameters.put(ALPHA, view.reshape(view.length()));
    return parameters;
  }
}
