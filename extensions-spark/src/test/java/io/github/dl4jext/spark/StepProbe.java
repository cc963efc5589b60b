package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.schedule.ISchedule;

/** Notes on an executor what each step was; the executors of these tests are this program. */
final class StepProbe extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  record Seen(int iteration, int epoch, double rate, double largestNorm) {}

  static final List<Seen> SEEN = new CopyOnWriteArrayList<>();

  /** Begins to note anew. */
  static StepProbe begin() {
    SEEN.clear();
    return new StepProbe();
  }

  static List<Integer> iterations() {
    return SEEN.stream().map(Seen::iteration).sorted().toList();
  }

  /** Rates and norms are what the plan says, in epochs of so many steps. */
  static void requirePlan(ISchedule rate, int stepsPerEpoch) {
    assertThat(SEEN)
        .allSatisfy(
            step -> {
              assertThat(step.rate()).isEqualTo(rate.valueAt(step.iteration(), step.epoch()));
              assertThat(step.epoch()).isEqualTo(step.iteration() / stepsPerEpoch);
              assertThat(step.iteration() == 0 || step.largestNorm() < TwoMoons.MAX_NORM + 1e-5)
                  .isTrue();
            });
  }

  @Override
  public void onGradientCalculation(Model model) {
    Network network = Network.of(model);
    TrainingProgress now = network.progress();
    double rate =
        LearningRates.of("probe", network).values().values().stream()
            .findFirst()
            .orElseThrow()
            .at(now.iterations(), now.epochs());
    double norm =
        network.slots().stream()
            .filter(slot -> slot.parameter().equals("W"))
            .mapToDouble(slot -> slot.value().norm2(0).maxNumber().doubleValue())
            .max()
            .orElseThrow();
    SEEN.add(new Seen(now.iterations(), now.epochs(), rate, norm));
  }
}
