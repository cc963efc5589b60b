package io.github.dl4jext.spi;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.GAIN_KEY;

import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;

/** See {@link ParameterFilter#weights()}. */
enum Weights implements ParameterFilter {
  ALL;

  @Override
  public boolean test(TrainingConfig config, String parameter) {
    if (config instanceof SameDiffVertex vertex) {
      return vertex.getVertexParams().isWeightParam(parameter);
    }
    return !(config instanceof PReLULayer)
        && !GAIN_KEY.equals(parameter)
        && !(config instanceof OCNNOutputLayer && "r".equals(parameter)) // a threshold
        && config instanceof Layer layer
        && layer.initializer().isWeightParam(layer, parameter);
  }
}
