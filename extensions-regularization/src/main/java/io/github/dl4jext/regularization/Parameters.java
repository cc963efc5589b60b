package io.github.dl4jext.regularization;

import io.github.dl4jext.spi.OutputUnits;
import java.util.List;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;

/** Which parameters of a layer are meant. */
enum Parameters {
  WEIGHTS("weights") {
    @Override
    List<String> in(TrainingConfig config) {
      return config instanceof SameDiffVertex vertex
          ? vertex.getVertexParams().getWeightParameterKeys()
          : weightKeys((Layer) config).stream()
              .filter(key -> OutputUnits.isKernel((Layer) config, key))
              .toList();
    }
  },
  BIASES("biases") {
    @Override
    List<String> in(TrainingConfig config) {
      return config instanceof SameDiffVertex vertex
          ? vertex.getVertexParams().getBiasParameterKeys()
          : ((Layer) config).initializer().biasKeys((Layer) config);
    }
  };

  private final String text;

  Parameters(String text) {
    this.text = text;
  }

  /** The names of these parameters in the layer; weights without gains and slopes. */
  abstract List<String> in(TrainingConfig config);

  /** What DL4J calls weights: gains and slopes too. */
  static List<String> weightKeys(Layer layer) {
    return layer.initializer().weightKeys(layer);
  }

  @Override
  public String toString() {
    return text;
  }
}
