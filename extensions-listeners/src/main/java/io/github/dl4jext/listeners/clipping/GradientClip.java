package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.listeners.monitoring.StepGuard;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Clips the gradient of a step before the updater uses it, to a limit for a mean gradient. */
abstract class GradientClip extends BaseTrainingListener implements StatefulListener, Serializable {

  private static final long serialVersionUID = 1L;

  /** Whether a limit applies to the mean over time steps, over which DL4J sums. */
  static final Parameter<Boolean> TIME_STEPS =
      Parameter.flag("perTimeStep")
          .orElse(false)
          .doc("whether the limit is for the mean over the time steps of sequences");

  /** The checked arguments, from which subclasses make a new listener after serialization. */
  final Arguments arguments;

  private final transient PerModelState<double[]> timeSteps =
      new PerModelState<>(model -> new double[1]);

  private final transient StepGuard guard = new StepGuard();

  private final transient Technique<TrainingListener> technique;

  GradientClip(Technique<TrainingListener> technique, Arguments given) {
    this.technique = technique;
    arguments = technique.read(given);
  }

  /**
   * Clips a gradient.
   *
   * @param gradient the gradient, as sums over the examples
   * @param divisor the number by which the sums are divided to give a mean
   */
  abstract void clip(ClippedGradient gradient, double divisor);

  @Override
  public final void onForwardPass(Model model, List<INDArray> activations) {
    guard.beforeUpdate(model, () -> countTimeSteps(model));
  }

  @Override
  public final void onForwardPass(Model model, Map<String, INDArray> activations) {
    guard.beforeUpdate(model, () -> countTimeSteps(model));
  }

  private void countTimeSteps(Model model) {
    if (arguments.get(TIME_STEPS)) {
      double counted = Network.find(model).map(TimeSteps::perExample).orElse(0.0);
      if (counted > 0) {
        timeSteps.of(model)[0] = counted;
      }
    }
  }

  @Override
  public final void onGradientCalculation(Model model) {
    guard.beforeUpdate(model, () -> clip(model));
  }

  /**
   * Throws the exception again that was thrown before the update, if workers share their gradients.
   */
  @Override
  public final void iterationDone(Model model, int iteration, int epoch) {
    guard.afterUpdate(model);
  }

  private void clip(Model model) {
    if (ClippedGradient.isPretrained(model)) {
      clip(model, model.gradient(), model.batchSize());
      return;
    }
    try (StepGradient step = StepGradient.of(model)) {
      if (!step.isBetweenSteps()) {
        clip(ClippedGradient.of(step), step.network().gradientDivisor() * timeSteps(model));
      }
    }
  }

  /**
   * Clips a gradient in a training loop of your own, for example with external errors. Call it
   * before the updater. It clips this gradient alone, even if the updater accumulates gradients.
   *
   * @param model the network
   * @param gradient the result of its {@code backpropGradient}; it is changed in place
   * @param examples the number of examples that the updater is given
   * @throws IllegalArgumentException if the gradient does not belong to the network
   * @throws IllegalStateException if {@code perTimeStep} is set and the time steps are not known
   */
  public final void clip(Model model, Gradient gradient, int examples) {
    double divisor = model.conf().isMiniBatch() ? examples : 1;
    clip(ClippedGradient.byHand(model, gradient), divisor * timeSteps(model));
  }

  private double timeSteps(Model model) {
    return arguments.get(TIME_STEPS) ? counted(model) : 1;
  }

  private double counted(Model model) {
    countTimeSteps(model);
    double counted = timeSteps.of(model)[0];
    if (counted == 0) {
      throw new IllegalStateException(
          "perTimeStep: time steps are counted at the output layers, and none is trained here; take a"
              + " limit for the sum over time steps");
    }
    return counted;
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + arguments;
  }

  /**
   * Returns the parameters, because clipping changes training even if the listener has no memory.
   */
  @Override
  public ListenerState state(Network network) {
    return new ListenerState().put("rule", toString());
  }

  /** Refuses the state of a listener with other parameters. */
  @Override
  public void loadState(Network network, ListenerState state) {
    String given = state.text("rule");
    technique
        .checks()
        .that(given.equals(toString()), "resumeFrom", "given a listener like " + this, given)
        .done();
  }
}
