package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.spi.AccumulatingUpdater;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Optimizers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntBiFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an optimizer on every layer of a configuration or a live network; {@link Optimizers} is the
 * way to call it.
 *
 * <p>Each layer gets an updater of its own, since DL4J changes the learning rate in place. Equal
 * ones are joined to blocks by DL4J, at a cost that grows with the cube of the number of parameters
 * in a block; update rules are numbered so that a block stays small.
 */
@AutoService(Optimizers.Installer.class)
public final class OptimizerInstaller implements Optimizers.Installer {

  private static final Logger LOG = LoggerFactory.getLogger(OptimizerInstaller.class);

  /** Parameter arrays per block: of two a layer, eight layers. */
  private static final int PARAMETERS_PER_BLOCK = 16;

  @Override
  public MultiLayerConfiguration install(
      Optimizer optimizer, MultiLayerConfiguration configuration) {
    install(optimizer, NetworkConfiguration.of(configuration));
    return configuration;
  }

  @Override
  public ComputationGraphConfiguration install(
      Optimizer optimizer, ComputationGraphConfiguration configuration) {
    install(optimizer, NetworkConfiguration.of(configuration));
    return configuration;
  }

  @Override
  public CarryOver install(Optimizer optimizer, Model model) {
    Network network = Network.of(model);
    RuleReplacement replacement = new RuleReplacement(network);
    install(optimizer, network.nodes(), replacement::firstIteration);
    return replacement.carryOver();
  }

  private static void install(Optimizer optimizer, NetworkConfiguration configuration) {
    install(optimizer, configuration.nodes(), (node, rule) -> 0);
  }

  private static void install(
      Optimizer optimizer,
      List<? extends Node> nodes,
      ToIntBiFunction<String, UpdateRule<?>> firstIteration) {
    TermPlacement terms =
        new TermPlacement(
            optimizer.terms(), ParametersOfLayers.bound(optimizer.termsActOn(), nodes));
    List<String> normalized = new ArrayList<>();
    int parameters = 0;
    for (Node node : nodes) {
      int most = 0;
      for (TrainingConfig configuration : node.learners()) {
        Learner learner = Learner.of(configuration);
        int block = parameters / PARAMETERS_PER_BLOCK;
        IUpdater updater = optimizer.updater();
        learner.setUpdater(
            updater instanceof UpdateRule<?> rule
                ? rule.startingAt(firstIteration.applyAsInt(node.name(), rule), block)
                : updater);
        terms.putOn(learner);
        if (updater instanceof AccumulatingUpdater && normalizes(configuration)) {
          normalized.add(node.name());
        }
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

  private static boolean normalizes(TrainingConfig layer) {
    GradientNormalization how = layer.getGradientNormalization();
    return how != null && how != GradientNormalization.None;
  }
}
