package io.github.dl4jext.transfer;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Notes which network each call is about, and what it looks like then. */
public final class RecordingFollower extends BaseTrainingListener
    implements TrainingFollower, StopsTraining {

  /** All figures of a network within a step. */
  public record Figures(
      String call,
      double[] parameters,
      double[] gradients,
      double score,
      int iteration,
      int epoch) {

    /** To so many digits, as sums in another order round otherwise. */
    boolean isCloseTo(Figures other) {
      return call.equals(other.call)
          && iteration == other.iteration
          && epoch == other.epoch
          && Math.abs(score - other.score) < 1e-10
          && close(parameters, other.parameters)
          && close(gradients, other.gradients);
    }

    private static boolean close(double[] one, double[] other) {
      if (one.length != other.length) {
        return false;
      }
      for (int i = 0; i < one.length; i++) {
        if (!(Math.abs(one[i] - other[i]) < 1e-10)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return call + " " + iteration + "/" + epoch + " " + score + Arrays.toString(parameters);
    }
  }

  public final List<Figures> figures = new ArrayList<>();

  /** Each network that was followed to, and the one before it. */
  public final List<Model> from = new ArrayList<>();

  public final List<Model> to = new ArrayList<>();

  /** Parameters and rates of the new network when the follower was told of it. */
  public final List<double[]> parametersWhenTold = new ArrayList<>();

  public final List<Map<ParameterName, LearningRate>> ratesWhenTold = new ArrayList<>();
  public final List<Model> seen = new ArrayList<>();
  public int stopAfterEpochs = Integer.MAX_VALUE;
  public int failAtStep = Integer.MAX_VALUE;
  private int epochs;
  private int steps;

  @Override
  public void follow(Network before, Network now) {
    from.add(before.model());
    to.add(now.model());
    parametersWhenTold.add(Trained.numbers(now.parameters()));
    ratesWhenTold.add(LearningRates.of("test", now).values());
  }

  @Override
  public boolean stopped() {
    return epochs >= stopAfterEpochs;
  }

  private void note(String call, Model model) {
    if (seen.isEmpty() || seen.get(seen.size() - 1) != model) {
      seen.add(model);
    }
    Network network = Network.of(model);
    INDArray gradients = network.gradients();
    figures.add(
        new Figures(
            call,
            Trained.numbers(model.params()),
            call.equals("gradient") ? Trained.numbers(gradients) : new double[0],
            call.equals("forward") || call.equals("start") ? 0 : model.score(),
            network.progress().iterations(),
            network.progress().epochs()));
  }

  @Override
  public void onEpochStart(Model model) {
    note("start", model);
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    note("forward", model);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    note("forward", model);
  }

  @Override
  public void onGradientCalculation(Model model) {
    note("gradient", model);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    note("step", model);
    if (++steps > failAtStep) {
      throw new ArithmeticException("diverged");
    }
  }

  @Override
  public void onEpochEnd(Model model) {
    note("end", model);
    epochs++;
  }
}
