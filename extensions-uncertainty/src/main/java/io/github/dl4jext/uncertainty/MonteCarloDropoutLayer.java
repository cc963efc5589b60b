package io.github.dl4jext.uncertainty;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Applies dropout in {@code output(x)} too, not only in training.
 *
 * <p>Two calls then give two samples of the prediction, also in code that knows nothing of
 * Monte-Carlo dropout. {@link MonteCarloDropout} is faster and repeatable, and reports more; it
 * accepts networks with this layer too. {@link MonteCarloDropout#alwaysOn} puts it into a trained
 * network.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>dropout</td><td>the noise</td><td>any kind of dropout</td><td>required</td></tr></table>
 *
 * <p><b>Random numbers.</b> The dropout draws them from ND4J's global random state, as in training.
 *
 * <p><b>Shape and type.</b> Those that the dropout accepts. The layer has no parameters.
 *
 * <p><b>Saved models</b> contain this class's name.
 */
public class MonteCarloDropoutLayer extends DropoutLayer {

  private static final long serialVersionUID = 1L;

  /**
   * Takes the dropout.
   *
   * @param dropout a dropout of any kind, which no other layer uses
   * @throws IllegalArgumentException if it is null
   */
  public MonteCarloDropoutLayer(IDropout dropout) {
    super(checked(dropout));
  }

  /** For ND4J's JSON mapper, which calls setters for the other fields. */
  @JsonCreator
  private static MonteCarloDropoutLayer stored(
      @JsonProperty(value = "idropout", required = true) IDropout dropout) {
    return new MonteCarloDropoutLayer(dropout);
  }

  private static IDropout checked(IDropout dropout) {
    if (dropout == null) {
      throw new IllegalArgumentException("MonteCarloDropoutLayer: dropout must be given, was null");
    }
    return dropout;
  }

  @Override
  public MonteCarloDropoutLayer clone() {
    return (MonteCarloDropoutLayer) super.clone();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    org.deeplearning4j.nn.layers.DropoutLayer layer = new AlwaysDropping(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof MonteCarloDropoutLayer;
  }

  /** The layer at work. */
  private static final class AlwaysDropping extends org.deeplearning4j.nn.layers.DropoutLayer {

    private static final long serialVersionUID = 1L;

    AlwaysDropping(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return super.activate(true, workspaces);
    }
  }
}
