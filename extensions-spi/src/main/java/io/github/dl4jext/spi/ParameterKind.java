package io.github.dl4jext.spi;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.GAIN_KEY;

import java.util.List;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;

/** The kinds of parameters that {@link ParameterFilter} names; PReLU's slopes are none of them. */
enum ParameterKind implements ParameterFilter {
  /** See {@link ParameterFilter#weights()}. */
  WEIGHTS {
    @Override
    boolean isIn(SDVertexParams parameters, String name) {
      return parameters.isWeightParam(name);
    }

    @Override
    boolean isIn(Layer layer, String name) {
      return !(layer instanceof PReLULayer)
          && !GAIN_KEY.equals(name)
          && !isThreshold(layer, name)
          && layer.initializer().isWeightParam(layer, name);
    }
  },

  /** See {@link ParameterFilter#biases()}. */
  BIASES {
    @Override
    boolean isIn(SDVertexParams parameters, String name) {
      return parameters.isBiasParam(name);
    }

    @Override
    boolean isIn(Layer layer, String name) {
      return layer.initializer().isBiasParam(layer, name);
    }
  },

  /** See {@link ParameterFilter#normalization()}. */
  NORMALIZATION {
    @Override
    boolean isIn(SDVertexParams parameters, String name) {
      return false;
    }

    @Override
    boolean isIn(Layer layer, String name) {
      ParamInitializer parameters = layer.initializer();
      if (layer instanceof BatchNormalization) {
        return BatchNormalizationParamInitializer.GAMMA.equals(name)
            || BatchNormalizationParamInitializer.BETA.equals(name);
      }
      return parameters.paramKeys(layer).containsAll(List.of(GAIN_KEY, name))
          && !WEIGHTS.isIn(layer, name)
          && !BIASES.isIn(layer, name);
    }
  };

  abstract boolean isIn(SDVertexParams parameters, String name);

  abstract boolean isIn(Layer layer, String name);

  @Override
  public boolean test(TrainingConfig config, String parameter) {
    return config instanceof SameDiffVertex vertex
        ? isIn(vertex.getVertexParams(), parameter)
        : config instanceof Layer layer && isIn(layer, parameter);
  }

  private static boolean isThreshold(Layer layer, String name) {
    return layer instanceof OCNNOutputLayer && "r".equals(name);
  }
}
