package io.github.dl4jext.keras;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Merges the last outputs of a recurrent layer that reads a sequence forward and of one that reads
 * it backward, as Keras's {@code Bidirectional} does without {@code return_sequences}. {@link
 * KerasImport} uses it where DL4J's import has {@code Bidirectional} around {@code LastTimeStep},
 * which predicts but cannot be trained, since its backward pass expects sequences.
 *
 * <p><b>Shapes.</b> Inputs are [examples, steps, features]. Outputs are [examples, 2 units], or
 * [examples, units] if both directions are added, averaged or multiplied.
 */
public final class BidirectionalLastStep extends Bidirectional {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  BidirectionalLastStep() {}

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    NeuralNetConfiguration forward = conf.clone();
    forward.setLayer(getFwd());
    NeuralNetConfiguration backward = conf.clone();
    backward.setLayer(getBwd());
    INDArray all = parameters.reshape(parameters.length());
    long half = all.length() / 2;
    INDArray first = all.get(NDArrayIndex.interval(0, half));
    INDArray second = all.get(NDArrayIndex.interval(half, 2 * half));
    Live layer =
        new Live(
            conf,
            getFwd().instantiate(forward, listeners, index, first, initialize, type),
            getBwd().instantiate(backward, listeners, index, second, initialize, type),
            parameters,
            getMode());
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  /**
   * The layer with the parameters: DL4J asks the wrapper around it for settings, which does not
   * have them.
   */
  private org.deeplearning4j.nn.conf.layers.Layer learner() {
    return ((LastTimeStep) getFwd()).getUnderlying();
  }

  @Override
  public IUpdater getUpdaterByParam(String name) {
    return learner().getUpdaterByParam(name.substring(1));
  }

  @Override
  public List<Regularization> getRegularizationByParam(String name) {
    return learner().getRegularizationByParam(name.substring(1));
  }

  @Override
  public GradientNormalization getGradientNormalization() {
    return learner().getGradientNormalization();
  }

  @Override
  public double getGradientNormalizationThreshold() {
    return learner().getGradientNormalizationThreshold();
  }

  @Override
  public boolean isPretrainParam(String name) {
    return false;
  }

  private static final class Live extends BidirectionalLayer {

    private static final long serialVersionUID = 1L;

    private final Layer forward;
    private final Layer backward;
    private final Mode mode;

    /**
     * The outputs of both directions at the last step; kept only for a product, whose gradient
     * needs them.
     */
    private transient INDArray[] merged = new INDArray[0];

    Live(
        NeuralNetConfiguration conf,
        Layer forward,
        Layer backward,
        INDArray parameters,
        Mode mode) {
      super(conf, forward, backward, parameters);
      this.forward = forward;
      this.backward = backward;
      this.mode = mode;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray last = forward.activate(training, workspaces);
      INDArray first = backward.activate(training, workspaces);
      merged = mode == Mode.MUL ? new INDArray[] {last.detach(), first.detach()} : new INDArray[0];
      INDArray result =
          switch (mode) {
            case ADD -> last.add(first);
            case AVERAGE -> last.add(first).muli(0.5);
            case MUL -> last.mul(first);
            case CONCAT -> Nd4j.concat(1, last, first);
          };
      return workspaces.leverageTo(ArrayType.ACTIVATIONS, result);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray ofLast = epsilon;
      INDArray ofFirst = epsilon;
      switch (mode) {
        case ADD -> {}
        case AVERAGE -> {
          ofLast = epsilon.mul(0.5);
          ofFirst = ofLast;
        }
        case MUL -> {
          ofLast = epsilon.mul(merged[1]);
          ofFirst = epsilon.mul(merged[0]);
        }
        case CONCAT -> {
          long units = epsilon.size(1) / 2;
          ofLast = epsilon.get(NDArrayIndex.all(), NDArrayIndex.interval(0, units));
          ofFirst = epsilon.get(NDArrayIndex.all(), NDArrayIndex.interval(units, 2 * units));
        }
      }
      Pair<Gradient, INDArray> one = forward.backpropGradient(ofLast, workspaces);
      Pair<Gradient, INDArray> other = backward.backpropGradient(ofFirst, workspaces);
      Gradient gradient = new DefaultGradient(getGradientsViewArray());
      add("f", one.getFirst(), gradient);
      add("b", other.getFirst(), gradient);
      // Inputs are [examples, steps, features]; DL4J can reverse only sequences whose steps come
      // last.
      INDArray turned =
          TimeSeriesUtils.reverseTimeSeries(
                  other.getSecond().permute(0, 2, 1), workspaces, ArrayType.BP_WORKING_MEM)
              .permute(0, 2, 1);
      return new Pair<>(gradient, one.getSecond().addi(turned));
    }

    private static void add(String prefix, Gradient part, Gradient whole) {
      for (Map.Entry<String, INDArray> each : part.gradientForVariable().entrySet()) {
        whole.gradientForVariable().put(prefix + each.getKey(), each.getValue());
      }
    }
  }
}
