package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Carries out a plan: holds the network of the current stage. */
final class StagedTraining<M extends Model> {

  private final List<UnfreezingStage> stages;
  private final int warmupSteps;
  private final int plan;

  /** All layers that the plan names. */
  private final LayerSelector named;

  private final TrainingProgress begin;
  private final TreeSet<Integer> passed = new TreeSet<>();
  private M model;

  /** Begins the plan, or goes on where the network was with it. */
  StagedTraining(M given, List<UnfreezingStage> stages, int warmupSteps) {
    this.stages = List.copyOf(stages);
    this.warmupSteps = warmupSteps;
    this.plan = stages.toString().hashCode();
    this.named = stages.stream().map(UnfreezingStage::layers).reduce(LayerSelector::and).get();
    Network network = Network.of(given);
    Optional<StagedRate> mark =
        named.in(network.nodes()).stream()
            .flatMap(node -> marks(node.updaters()))
            .filter(staged -> staged.plan() == plan)
            .findFirst();
    begin = mark.map(StagedRate::begin).orElse(network.progress());
    mark.ifPresent(staged -> passed.addAll(staged.passed()));
    NetworkCopy<M> copy =
        mark.isPresent()
            ? NetworkCopy.from(given).carryingOnTraining()
            : Freezing.copyFreezing(given, named);
    model = copy.changing(this::mark).build();
  }

  private static Stream<StagedRate> marks(List<IUpdater> updaters) {
    return updaters.stream()
        .filter(IUpdater::hasLearningRate)
        .map(updater -> LearningRate.of(GradualUnfreezing.NAME, updater).schedule())
        .filter(StagedRate.class::isInstance)
        .map(StagedRate.class::cast);
  }

  M model() {
    return model;
  }

  Network network() {
    return Network.of(model);
  }

  /** Makes the network of the next stage, if its time has come. */
  void unfreezeDue() {
    TrainingProgress now = network().progress();
    for (int i = 0; i < stages.size(); i++) {
      UnfreezingStage stage = stages.get(i);
      if (stage.isDue(begin, now) && passed.add(i)) {
        UnaryOperator<LearningRate> change = rate -> begun(rate, stage, now.iterations());
        model =
            Freezing.copyUnfreezing(model, stage.layers())
                .changing(configuration -> change(configuration, stage.layers(), change))
                .changing(this::mark)
                .build();
      }
    }
  }

  private LearningRate begun(LearningRate before, UnfreezingStage stage, int iteration) {
    LearningRate rate = StagedRate.without(before).times(stage.factor());
    return warmupSteps == 0
        ? rate
        : StagedRate.asRate(
            new UnfreezeWarmup(StagedRate.asSchedule(rate), iteration, warmupSteps));
  }

  private void mark(NetworkConfiguration configuration) {
    StagedRate mark =
        new StagedRate(
            new FixedSchedule(0), plan, begin.iterations(), begin.epochs(), List.copyOf(passed));
    change(configuration, named, mark::around);
  }

  private static void change(
      NetworkConfiguration configuration,
      LayerSelector layers,
      UnaryOperator<LearningRate> change) {
    for (Node node : layers.in(configuration.nodes())) {
      LayerwiseRates.eachUpdater(
          node,
          updater ->
              change.apply(LearningRate.of(GradualUnfreezing.NAME, updater)).putInto(updater));
    }
  }

  /**
   * Takes away what says nothing any more, and would need this library to be read: warm-ups that
   * are over, and the marks if the last stage is passed.
   */
  M finished() {
    int iteration = network().progress().iterations();
    LearningRates rates = LearningRates.of(GradualUnfreezing.NAME, network());
    Map<ParameterName, LearningRate> plain = new LinkedHashMap<>();
    rates
        .values()
        .forEach(
            (name, rate) -> {
              LearningRate within = withoutOldWarmup(StagedRate.without(rate), iteration);
              plain.put(
                  name,
                  rate.schedule() instanceof StagedRate staged && passed.size() < stages.size()
                      ? staged.around(within)
                      : within);
            });
    rates.put(plain);
    return model;
  }

  private static LearningRate withoutOldWarmup(LearningRate rate, int iteration) {
    return rate.schedule() instanceof UnfreezeWarmup warmup && warmup.isOver(iteration)
        ? StagedRate.asRate(warmup.rate())
        : rate;
  }
}
