package io.github.dl4jext.transfer.freezing;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.FrozenLayerWithBackpropParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * A frozen layer through which the gradient passes to the layers below, which learn.
 *
 * <p>For DL4J it is a {@link FrozenLayerWithBackprop}, from which it differs as follows. Neither
 * l1, l2, weight decay nor the updater's state changes the layer. Batch normalization keeps its
 * statistics and passes on the gradient of inference, {@code gradient * gamma / sqrt(variance +
 * eps)}. The updater's state is kept until the layer is unfrozen. An output layer still gives
 * scores. The state of a recurrent layer is carried over and cleared as if the layer were not
 * frozen.
 */
public final class FrozenPassThrough extends FrozenLayerWithBackprop {

  private static final long serialVersionUID = 1L;

  private final boolean parked;

  /**
   * Freezes a layer. Use {@link Freezing} to freeze one in a network.
   *
   * @param underlying the layer that is frozen, unchanged
   * @param parked whether the updater's state of the layer is kept
   */
  @JsonCreator
  public FrozenPassThrough(
      @JsonProperty(value = "underlying", required = true) Layer underlying,
      @JsonProperty(value = "parked", required = true) @JsonDeserialize(using = StoredFlag.class)
          boolean parked) {
    super(Objects.requireNonNull(underlying, "frozen: underlying must be given, was null"));
    this.parked = parked;
    if (underlying.getLayerName() != null) {
      setLayerName(underlying.getLayerName());
    }
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
  public ParamInitializer initializer() {
    return new FrozenLayerWithBackpropParamInitializer() {
      @Override
      public long numParams(Layer frozen) {
        return FrozenLayers.numParams(underlying);
      }
    };
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
        FrozenLayers.instantiate(underlying, conf, listeners, index, params, initialize, type);
    TrainingConfig config = FrozenLayers.config(underlying.getLayerName(), underlying, parked);
    if (live instanceof RecurrentLayer recurrent) {
      return new Recurrent(recurrent, config);
    }
    return live instanceof IOutputLayer output
        ? new Output(output, config)
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
    return other instanceof FrozenPassThrough;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FrozenPassThrough that
        && parked == that.parked
        && underlying.equals(that.underlying)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(underlying, parked);
  }

  /** The layer in a network. */
  private static class Live extends org.deeplearning4j.nn.layers.FrozenLayerWithBackprop {

    private static final long serialVersionUID = 1L;

    private final transient TrainingConfig config;
    private transient @Nullable INDArray gradientView;

    Live(org.deeplearning4j.nn.api.Layer within, TrainingConfig config) {
      super(within);
      this.config = config;
    }

    @Override
    public TrainingConfig getConfig() {
      return config;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
      gradientView = gradients;
      underlying.setBackpropGradientsViewArray(gradients);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      if (underlying instanceof BatchNormalization norm) {
        return new Pair<>(new DefaultGradient(), InferenceGradient.of(norm, epsilon, workspaces));
      }
      return withoutOwn(underlying.backpropGradient(epsilon, workspaces));
    }

    /**
     * Sets the gradient of the layer, which it has just written, to 0, so that it does not change
     * the layer.
     */
    final Pair<Gradient, INDArray> withoutOwn(Pair<Gradient, INDArray> both) {
      if (gradientView != null) {
        gradientView.assign(0);
      }
      return new Pair<>(new DefaultGradient(), both.getSecond());
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
      return withoutOwn(recurrent().tbpttBackpropGradient(epsilon, length, workspaces));
    }
  }

  private static final class Output extends Live implements FrozenOutput {

    private static final long serialVersionUID = 1L;

    Output(IOutputLayer within, TrainingConfig config) {
      super(within, config);
    }

    @Override
    public IOutputLayer output() {
      return (IOutputLayer) underlying;
    }

    /**
     * Keeps DL4J's one-class layer from setting its own r, which it does in the backward pass of
     * each epoch but the first.
     */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      if (!(underlying.conf().getLayer() instanceof OCNNOutputLayer oneClass)) {
        return super.backpropGradient(epsilon, workspaces);
      }
      int epoch = underlying.getEpochCount();
      int updated = oneClass.getLastEpochSinceRUpdated();
      underlying.setEpochCount(0);
      oneClass.setLastEpochSinceRUpdated(0);
      try {
        return super.backpropGradient(epsilon, workspaces);
      } finally {
        underlying.setEpochCount(epoch);
        oneClass.setLastEpochSinceRUpdated(updated);
      }
    }
  }
}
