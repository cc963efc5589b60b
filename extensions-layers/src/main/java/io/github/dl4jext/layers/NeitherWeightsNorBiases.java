package io.github.dl4jext.layers;

import java.util.List;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Lays out parameters that count neither as weights nor as biases, so that decay and constraints
 * for weights or biases do not act on them.
 */
interface NeitherWeightsNorBiases extends ParamInitializer {

  @Override
  default long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  default List<String> weightKeys(Layer layer) {
    return List.of();
  }

  @Override
  default List<String> biasKeys(Layer layer) {
    return List.of();
  }

  @Override
  default boolean isWeightParam(Layer layer, String key) {
    return false;
  }

  @Override
  default boolean isBiasParam(Layer layer, String key) {
    return false;
  }
}
