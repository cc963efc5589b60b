package io.github.dl4jext.optimizers;

import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/** See {@link ParameterFilter#weights()}. */
enum Weights implements ParameterFilter {
  ALL;

  @Override
  public boolean test(TrainingConfig config, String parameter) {
    if (config instanceof SameDiffVertex vertex) {
      return vertex.getVertexParams().isWeightParam(parameter);
    }
    Layer layer = (Layer) config;
    // DL4J counts the gain of layer norm, and the slopes of PReLU, among the weights.
    return !(layer instanceof PReLULayer)
        && !DefaultParamInitializer.GAIN_KEY.equals(parameter)
        && layer.initializer().isWeightParam(layer, parameter);
  }
}
