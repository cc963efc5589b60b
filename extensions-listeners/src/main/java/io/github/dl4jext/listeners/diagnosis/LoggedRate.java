package io.github.dl4jext.listeners.diagnosis;

import io.github.dl4jext.network.TrainedNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.nd4j.linalg.learning.config.IUpdater;

/** The learning rates that DL4J's updaters take in a step. */
public final class LoggedRate {

  private LoggedRate() {}

  /** Parameters of one layer that share an updater; the rate is NaN if that has none. */
  record OfLayer(String layer, String parameters, double rate) {}

  /** Of the first layer that has one and is not frozen; NaN if there is none. */
  public static double of(Model model, int iteration, int epoch) {
    TrainedNetwork network = TrainedNetwork.of(model).orElse(null);
    if (network == null) {
      return Double.NaN;
    }
    for (TrainedNetwork.Part part : network.parts()) {
      for (IUpdater updater : updaters(part.trainable()).keySet()) {
        if (!isFrozen(part.trainable()) && updater.hasLearningRate()) {
          return updater.getLearningRate(iteration, epoch);
        }
      }
    }
    return Double.NaN;
  }

  /** The rate that was used last; to be asked before the epoch is counted. */
  public static double ofLastStep(Model model) {
    return TrainedNetwork.of(model)
        .map(network -> of(model, network.iterations() - 1, network.epochs()))
        .orElse(Double.NaN);
  }

  /** Of every layer, in the network's order. */
  static List<OfLayer> ofAll(TrainedNetwork network, int iteration, int epoch) {
    List<OfLayer> rates = new ArrayList<>();
    for (TrainedNetwork.Part part : network.parts()) {
      boolean frozen = isFrozen(part.trainable());
      updaters(part.trainable())
          .forEach(
              (updater, parameters) -> {
                double rate =
                    updater.hasLearningRate()
                        ? updater.getLearningRate(iteration, epoch)
                        : Double.NaN;
                rates.add(
                    new OfLayer(part.name(), String.join(" ", parameters), frozen ? 0 : rate));
              });
    }
    return rates;
  }

  /** Which parameters each updater of a layer has; asks as DL4J's own update does. */
  private static Map<IUpdater, List<String>> updaters(Trainable trainable) {
    TrainingConfig config = trainable.getConfig();
    Map<IUpdater, List<String>> updaters = new LinkedHashMap<>();
    for (String parameter : trainable.paramTable(false).keySet()) {
      boolean isStatistic = !trainable.updaterDivideByMinibatch(parameter);
      if (!isStatistic && !config.isPretrainParam(parameter)) {
        updaters
            .computeIfAbsent(config.getUpdaterByParam(parameter), updater -> new ArrayList<>())
            .add(parameter);
      }
    }
    return updaters;
  }

  /** What DL4J gives to frozen layers in place of their own configuration. */
  private static boolean isFrozen(Trainable trainable) {
    return trainable.getConfig() instanceof DummyConfig;
  }
}
