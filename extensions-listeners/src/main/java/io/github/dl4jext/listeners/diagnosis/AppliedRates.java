package io.github.dl4jext.listeners.diagnosis;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.nd4j.linalg.learning.config.IUpdater;

/** Reads the learning rates that DL4J's updaters use in a step. */
public final class AppliedRates {

  private AppliedRates() {}

  /** The rate of a layer's parameters that share an updater; NaN if the updater has no rate. */
  record OfLayer(String layer, String parameters, double rate) {}

  /**
   * Returns the rate of the first layer that is not frozen and has one.
   *
   * @param model a network
   * @param iteration the step, from 0
   * @param epoch the epoch, from 0
   * @return the rate at this step; NaN if no layer has one, or the model is not a network
   */
  public static double of(Model model, int iteration, int epoch) {
    Objects.requireNonNull(model, "applied rates: model must be given, was null");
    Network network = Network.find(model).orElse(null);
    if (network == null) {
      return Double.NaN;
    }
    for (LiveNode node : network.nodes()) {
      for (IUpdater updater : updaters(node.trainable()).keySet()) {
        if (!isFrozen(node.trainable()) && updater.hasLearningRate()) {
          return updater.getLearningRate(iteration, epoch);
        }
      }
    }
    return Double.NaN;
  }

  /**
   * Returns the rate of the last step, if it is called before DL4J counts the epoch, as in {@code
   * onEpochEnd}.
   *
   * @param model a network
   * @return the rate of the first layer that is not frozen and has one; NaN if there is none, or
   *     the model is not a network
   */
  public static double ofLastStep(Model model) {
    Objects.requireNonNull(model, "applied rates: model must be given, was null");
    return Network.find(model)
        .map(network -> of(model, network.progress().iterations() - 1, network.progress().epochs()))
        .orElse(Double.NaN);
  }

  /** Lists the rates of every layer, in the network's order. */
  static List<OfLayer> ofAll(Network network, int iteration, int epoch) {
    List<OfLayer> rates = new ArrayList<>();
    for (LiveNode node : network.nodes()) {
      boolean frozen = isFrozen(node.trainable());
      updaters(node.trainable())
          .forEach(
              (updater, parameters) -> {
                double rate =
                    updater.hasLearningRate()
                        ? updater.getLearningRate(iteration, epoch)
                        : Double.NaN;
                rates.add(
                    new OfLayer(node.name(), String.join(" ", parameters), frozen ? 0 : rate));
              });
    }
    return rates;
  }

  /** Finds the parameters of each updater of a layer, in the same way as DL4J's own update. */
  private static Map<IUpdater, List<String>> updaters(Trainable trainable) {
    TrainingConfig config = trainable.getConfig();
    Map<IUpdater, List<String>> updaters = new LinkedHashMap<>();
    for (String parameter : parameters(trainable)) {
      boolean isStatistic = !trainable.updaterDivideByMinibatch(parameter);
      if (!isStatistic && !config.isPretrainParam(parameter)) {
        updaters
            .computeIfAbsent(config.getUpdaterByParam(parameter), updater -> new ArrayList<>())
            .add(parameter);
      }
    }
    return updaters;
  }

  private static Set<String> parameters(Trainable trainable) {
    return trainable.numParams() == 0 ? Set.of() : trainable.paramTable(false).keySet();
  }

  /** Looks for the configuration that DL4J gives to frozen layers in place of their own. */
  private static boolean isFrozen(Trainable trainable) {
    return trainable.getConfig() instanceof DummyConfig;
  }
}
