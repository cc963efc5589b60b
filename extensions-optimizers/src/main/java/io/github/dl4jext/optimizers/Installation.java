package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.spi.AccumulatingUpdater;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.ParameterName;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts optimizers on the nodes of one network.
 *
 * <p>Each layer gets updaters of its own, since DL4J changes the learning rate in place. DL4J joins
 * equal updaters to blocks, at a cost that grows with the cube of the number of parameters in a
 * block; update rules are numbered so that blocks stay small.
 */
final class Installation {

  private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

  /** Parameter arrays per block: eight layers with two arrays each. */
  private static final int PARAMETERS_PER_BLOCK = 16;

  private final List<? extends Node> nodes;
  private final OptimizerByParameter optimizers;
  private final ToIntBiFunction<Set<ParameterName>, IUpdater> firstIteration;
  private final Map<Optimizer, TermPlacement> terms = new IdentityHashMap<>();
  private final Set<String> normalized = new LinkedHashSet<>();
  private int parameters;

  /**
   * Takes what is to be installed.
   *
   * @param groups the optimizers
   * @param nodes all nodes of the network
   * @param firstIteration gives the iteration from which a rule counts its steps, from the
   *     parameters that learn by it and the rule
   */
  Installation(
      ParameterGroups groups,
      List<? extends Node> nodes,
      ToIntBiFunction<Set<ParameterName>, IUpdater> firstIteration) {
    this.nodes = nodes;
    this.optimizers = OptimizerByParameter.of(groups, nodes);
    this.firstIteration = firstIteration;
  }

  void install() {
    for (Node node : nodes) {
      int most = 0;
      for (TrainingConfig configuration : node.learners()) {
        Learner learner = Learner.of(configuration);
        install(node, learner);
        most = Math.max(most, learner.parameters().size());
      }
      parameters += most;
    }
    if (!normalized.isEmpty()) {
      LOG.warn(
          "gradient_accumulation: the gradientNormalization of {} acts on the gradient of each"
              + " minibatch, not on the mean gradient of the step; take ClipByGlobalNorm,"
              + " ClipByNorm, ClipByValue or AdaptiveClip of extensions-listeners in its place",
          normalized);
    }
  }

  private void install(Node node, Learner learner) {
    if (!optimizers.isGrouped(node)) {
      install(optimizers.rest(), node, learner);
      return;
    }
    Learner.Shares shares = learner.shares();
    Optimizer common = optimizers.of(node, or(shares.common(), shares.biases()));
    Optimizer ofBiases = optimizers.of(node, or(shares.biases(), shares.common()));
    if (common == ofBiases) {
      install(common, node, learner);
    } else {
      learner.setUpdaters(
          updater(common, node, learner, shares.common()),
          updater(ofBiases, node, learner, shares.biases()));
      place(common, learner, shares.common());
      place(ofBiases, learner, shares.biases());
    }
  }

  private void install(Optimizer all, Node node, Learner learner) {
    learner.setUpdater(updater(all, node, learner, learner.parameters()));
    place(all, learner, learner.parameters());
  }

  private static List<String> or(List<String> some, List<String> others) {
    return some.isEmpty() ? others : some;
  }

  private IUpdater updater(
      Optimizer optimizer, Node node, Learner learner, List<String> alikeOnes) {
    Set<ParameterName> alike = new LinkedHashSet<>();
    for (TrainingConfig each : node.learners()) {
      alikeOnes.forEach(parameter -> alike.add(node.parameterName(each, parameter)));
    }
    IUpdater updater = optimizer.updater();
    if (updater instanceof AccumulatingUpdater && normalizes(learner.configuration())) {
      normalized.add(node.name());
    }
    int begin = firstIteration.applyAsInt(alike, updater);
    return updater instanceof UpdateRule<?> rule
        ? rule.startingAt(begin, parameters / PARAMETERS_PER_BLOCK)
        : updater;
  }

  private void place(Optimizer optimizer, Learner learner, List<String> own) {
    terms
        .computeIfAbsent(
            optimizer,
            o -> new TermPlacement(o.terms(), ParametersOfLayers.bound(o.termsActOn(), nodes)))
        .putOn(learner, own);
  }

  private static boolean normalizes(TrainingConfig layer) {
    GradientNormalization how = layer.getGradientNormalization();
    return how != null && how != GradientNormalization.None;
  }
}
