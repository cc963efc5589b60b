package io.github.dl4jext.transfer.freezing;

import java.util.Objects;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseWrapperVertex;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * A frozen vertex that has parameters but is not a layer, such as an attention vertex.
 *
 * <p>For DL4J it is a {@link FrozenVertex}. In addition, it passes the gradient to layers below
 * that learn, keeps the updater's state until it is unfrozen, and computes as in inference. {@link
 * Freezing} uses DL4J's own class where none of this matters.
 */
public final class FrozenGraphVertex extends FrozenVertex {

  private static final long serialVersionUID = 1L;

  private final boolean parked;
  private final boolean passing;

  /**
   * Freezes a vertex. Use {@link Freezing} to freeze one in a network.
   *
   * @param underlying the vertex that is frozen, unchanged
   * @param parked whether the updater's state of the vertex is kept
   * @param passing whether the gradient passes to the vertices below; if not, it ends here
   */
  @JsonCreator
  public FrozenGraphVertex(
      @JsonProperty(value = "underlying", required = true)
          org.deeplearning4j.nn.conf.graph.GraphVertex underlying,
      @JsonProperty(value = "parked", required = true) @JsonDeserialize(using = StoredFlag.class)
          boolean parked,
      @JsonProperty(value = "passing", required = true) @JsonDeserialize(using = StoredFlag.class)
          boolean passing) {
    super(Objects.requireNonNull(underlying, "frozen: underlying must be given, was null"));
    this.parked = parked;
    this.passing = passing;
  }

  /**
   * Tells whether the updater's state of the vertex is kept.
   *
   * @return true if it is a part of the network's updater state
   */
  @JsonProperty
  public boolean isParked() {
    return parked;
  }

  /**
   * Tells whether the gradient passes to the vertices below.
   *
   * @return false if the gradient ends here
   */
  @JsonProperty
  public boolean isPassing() {
    return passing;
  }

  @Override
  public GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray params,
      boolean initialize,
      DataType type) {
    GraphVertex live = getUnderlying().instantiate(graph, name, index, params, initialize, type);
    TrainingConfig config = FrozenLayers.config(name, live.getConfig(), parked);
    return passing ? new Passing(live, config) : new Ending(live, config);
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // DL4J's clone() returns one of its own class
  public FrozenVertex clone() {
    return new FrozenGraphVertex(getUnderlying().clone(), parked, passing);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FrozenGraphVertex;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FrozenGraphVertex that
        && parked == that.parked
        && passing == that.passing
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), parked, passing);
  }

  /**
   * The vertex in a network in which nothing below it learns: DL4J ends backpropagation at its own
   * class.
   */
  private static final class Ending extends org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex {

    private static final long serialVersionUID = 1L;

    private final transient TrainingConfig config;

    Ending(GraphVertex within, TrainingConfig config) {
      super(within);
      this.config = config;
    }

    @Override
    public TrainingConfig getConfig() {
      return config;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      return underlying.doForward(false, workspaces);
    }
  }

  /** The vertex in a network in which something below it learns. */
  private static final class Passing extends BaseWrapperVertex {

    private static final long serialVersionUID = 1L;

    private final transient TrainingConfig config;
    private transient @Nullable INDArray gradientView;

    Passing(GraphVertex within, TrainingConfig config) {
      super(within);
      this.config = config;
    }

    @Override
    public TrainingConfig getConfig() {
      return config;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      return underlying.doForward(false, workspaces);
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
      gradientView = gradients;
      underlying.setBackpropGradientsViewArray(gradients);
    }

    /**
     * Sets the gradient of the vertex, which it has just written, to 0, so that it does not change
     * the vertex.
     */
    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
      INDArray[] below = underlying.doBackward(tbptt, workspaces).getSecond();
      if (gradientView != null) {
        gradientView.assign(0);
      }
      return new Pair<>(new DefaultGradient(), below);
    }
  }
}
