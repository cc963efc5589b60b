package io.github.dl4jext.network;

import java.util.List;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;

/** Which parameters of a layer are meant. */
public enum ParameterKind {
  WEIGHTS("weights") {
    @Override
    public List<String> in(TrainingConfig config) {
      return config instanceof SameDiffVertex vertex
          ? vertex.getVertexParams().getWeightParameterKeys()
          : weightKeys((Layer) config).stream()
              .filter(key -> UnitAxes.isKernel((Layer) config, key))
              .toList();
    }
  },
  BIASES("biases") {
    @Override
    public List<String> in(TrainingConfig config) {
      return config instanceof SameDiffVertex vertex
          ? vertex.getVertexParams().getBiasParameterKeys()
          : ((Layer) config).initializer().biasKeys((Layer) config);
    }
  };

  private final String text;

  ParameterKind(String text) {
    this.text = text;
  }

  /** The names of these parameters in the layer; weights without gains and slopes. */
  public abstract List<String> in(TrainingConfig config);

  /** What DL4J calls weights: gains and slopes too. */
  public static List<String> weightKeys(Layer layer) {
    return layer.initializer().weightKeys(layer);
  }

  @Override
  public String toString() {
    return text;
  }
}
