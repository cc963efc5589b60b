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
 * <p>To DL4J it is a {@link FrozenLayerWithBackprop}. It does what that one does not: neither l1,
 * l2, weight decay nor what the updater remembers move it; batch normalization keeps its statistics
 * and has the gradient of inference, {@code gradient * gamma / sqrt(variance + eps)}; the updater's
 * state is held until the layer is unfrozen; an output layer still gives scores; a recurrent
 * layer's state is carried on and cleared.
 */
public final class FrozenPassThrough extends FrozenLayerWithBackprop {

  private static final long serialVersionUID = 1L;

  private final boolean parked;

  /**
   * Freezes a layer. {@link Freezing} is the way to do it in a network.
   *
   * @param underlying the layer within, as it was
   * @param parked whether the updater's state is held
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
   * Whether the updater's state is held.
   *
   * @return true if it is in the network's updater state
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
   * Does nothing: the layer within keeps its own, for when it is unfrozen. DL4J's frozen layers
   * hand on what they are given, and so lose them when they are read from JSON.
   *
   * @param constraints not used
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

    /** The layer has written its own gradient, by which it must not be moved. */
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

    /** DL4J's one-class layer sets its own r in the backward pass of each epoch but the first. */
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
