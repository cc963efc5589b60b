package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.UnitAxes;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;

/** See {@link ParameterFilter#weights()}. */
enum Weights implements ParameterFilter {
  ALL;

  @Override
  public boolean test(TrainingConfig config, String parameter) {
    if (config instanceof SameDiffVertex vertex) {
      return vertex.getVertexParams().isWeightParam(parameter);
    }
    return UnitAxes.isKernel((Layer) config, parameter);
  }
}
