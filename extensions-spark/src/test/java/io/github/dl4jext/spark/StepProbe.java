package io.github.dl4jext.spark;

import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Notes on an executor what each step was; the executors of these tests are this program. */
final class StepProbe extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  record Seen(int iteration, int epoch, double rate, double largestNorm, String plugins) {}

  static final List<Seen> SEEN = new CopyOnWriteArrayList<>();

  static Model model;
  static final List<Double> LOSSES = new CopyOnWriteArrayList<>();

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    LOSSES.add(model.score());
    StepProbe.model = model;
  }

  static StepProbe begin() {
    LOSSES.clear();
    SEEN.clear();
    return new StepProbe();
  }

  static List<Integer> iterations() {
    return SEEN.stream().map(Seen::iteration).sorted().toList();
  }

  @Override
  public void onGradientCalculation(Model model) {
    Network network = Network.of(model);
    TrainingProgress now = network.progress();
    double rate =
        LearningRates.of("probe", network)
            .values()
            .values()
            .iterator()
            .next()
            .at(now.iterations(), now.epochs());
    double norm =
        network.slots().stream()
            .filter(slot -> slot.parameter().equals("W"))
            .mapToDouble(slot -> slot.value().norm2(0).maxNumber().doubleValue())
            .max()
            .orElseThrow();
    SEEN.add(
        new Seen(now.iterations(), now.epochs(), rate, norm, network.nodes().get(0).toString()));
  }
}
