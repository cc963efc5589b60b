package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.TrainingNoise;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.FrozenLayerParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * A frozen layer below which no layer learns, so that backpropagation ends here.
 *
 * <p>For DL4J it is a {@link FrozenLayer}, from which it differs as follows. The updater's state of
 * the layer is kept until the layer is unfrozen, in a saved file too. Dropout is off in truncated
 * backpropagation through time as well. The state of a recurrent layer is carried over and cleared
 * as if the layer were not frozen. {@link Freezing} uses DL4J's own class where none of this
 * matters.
 */
public final class FrozenStopGradient extends FrozenLayer {

  private static final long serialVersionUID = 1L;

  private final boolean parked;

  /**
   * Freezes a layer. Use {@link Freezing} to freeze one in a network.
   *
   * @param layer the layer that is frozen, unchanged
   * @param parked whether the updater's state of the layer is kept
   */
  @JsonCreator
  public FrozenStopGradient(
      @JsonProperty(value = "layer", required = true) Layer layer,
      @JsonProperty(value = "parked", required = true) @JsonDeserialize(using = StoredFlag.class)
          boolean parked) {
    super(Objects.requireNonNull(layer, "frozen: layer must be given, was null"));
    this.parked = parked;
    if (layer.getLayerName() != null) {
      setLayerName(layer.getLayerName());
    }
  }

  /** Tells whether a layer needs this class; otherwise DL4J's own will do. */
  static boolean isNeededFor(Layer layer, org.deeplearning4j.nn.api.Layer live, boolean parked) {
    return parked
        || live instanceof RecurrentLayer
        || TrainingNoise.isIn(layer)
        || FrozenLayers.numParams(layer) != layer.initializer().numParams(layer);
  }

  @Override
  public ParamInitializer initializer() {
    return new FrozenLayerParamInitializer() {
      @Override
      public long numParams(Layer frozen) {
        return FrozenLayers.numParams(layer);
      }
    };
  }

  /**
   * Tells whether the updater's state of the layer is kept.
   *
   * @return true if it is a part of the network's updater state
   */
  @JsonProperty
  public boolean isParked() {
    return parked;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray params,
      boolean initialize,
      DataType type) {
    org.deeplearning4j.nn.api.Layer live =
        FrozenLayers.instantiate(layer, conf, listeners, index, params, initialize, type);
    TrainingConfig config = FrozenLayers.config(layer.getLayerName(), layer, parked);
    return live instanceof RecurrentLayer recurrent
        ? new Recurrent(recurrent, config)
        : new Live(live, config);
  }

  /**
   * Does nothing: the frozen layer keeps its own constraints, which act again once it is unfrozen.
   * DL4J's frozen layers pass the constraints they are given on to that layer, and thereby lose its
   * own when a network is read from JSON.
   *
   * @param constraints ignored
   */
  @Override
  public void setConstraints(List<LayerConstraint> constraints) {
    // see above
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FrozenStopGradient;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FrozenStopGradient that && parked == that.parked && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Boolean.hashCode(parked);
  }

  /** The layer in a network. */
  private static class Live extends org.deeplearning4j.nn.layers.FrozenLayer {

    private static final long serialVersionUID = 1L;

    private final transient TrainingConfig config;

    Live(org.deeplearning4j.nn.api.Layer within, TrainingConfig config) {
      super(within);
      this.config = config;
    }

    @Override
    public TrainingConfig getConfig() {
      return config;
    }
  }

  private static final class Recurrent extends Live implements FrozenRecurrent {

    private static final long serialVersionUID = 1L;

    Recurrent(RecurrentLayer within, TrainingConfig config) {
      super(within, config);
    }

    @Override
    public RecurrentLayer recurrent() {
      return (RecurrentLayer) underlying;
    }

    @Override
    public Pair<Gradient, INDArray> tbpttBackpropGradient(
        INDArray epsilon, int length, LayerWorkspaceMgr workspaces) {
      return backpropGradient(epsilon, workspaces);
    }
  }
}
