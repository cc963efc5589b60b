package io.github.dl4jext.transfer.surgery;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.ParameterName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Copies parameters, state and counters from a pretrained network into the one that is built on it.
 */
final class TransferCopy {

  /** No parameter of a network has this name. */
  private static final ParameterName NEW = new ParameterName("", "");

  private TransferCopy() {}

  /** Copies a network in which nothing is frozen; its listeners are not told of the copy. */
  static <M extends Model> M unfrozen(M pretrained) {
    String[] all = Network.of(pretrained).nodes().stream().map(Node::name).toArray(String[]::new);
    return NetworkCopy.from(pretrained)
        .withoutUpdaterState()
        .unfreezing(LayerSelector.named(all))
        .build();
  }

  /**
   * Begins with the settings for new layers: those of a kept one, and DL4J's defaults for the rest.
   */
  static NeuralNetConfiguration.Builder base(
      NeuralNetConfiguration like,
      DataType type,
      @Nullable IUpdater updater,
      TransferOptions<?> options) {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder()
            .seed(options.seedOr(like.getSeed()))
            .dataType(type)
            .miniBatch(like.isMiniBatch())
            .optimizationAlgo(like.getOptimizationAlgo());
    IUpdater own = options.updater() == null ? updater : options.updater();
    return own == null ? base : base.updater(own.clone());
  }

  /** Sets counters, seeds and updaters of all layers, as the new training begins with them. */
  static void begin(
      NetworkConfiguration configuration,
      Collection<NeuralNetConfiguration> confs,
      Network pretrained,
      TransferOptions<?> options) {
    configuration.setProgress(
        options.keepsCounters() ? pretrained.progress() : TrainingProgress.NONE);
    for (NeuralNetConfiguration conf : confs) {
      conf.setSeed(options.seedOr(conf.getSeed()));
      if (!options.keepsCounters()) {
        conf.setIterationCount(0);
        conf.setEpochCount(0);
      }
    }
    IUpdater updater = options.updater();
    if (updater != null) {
      configuration.nodes().stream()
          .filter(Node::isLayer)
          .flatMap(node -> node.learners().stream())
          .forEach(learner -> Learner.of(learner).setUpdater(updater.clone()));
    }
  }

  /** Copies parameters and state of kept layers, and installs the optimizer. */
  static void carry(Network from, Network to, Predicate<Node> kept, TransferOptions<?> options) {
    Map<String, LiveNode> before = new HashMap<>();
    from.nodes().forEach(node -> before.put(node.key(), node));
    Map<String, LiveNode> sources = new HashMap<>();
    for (LiveNode node : to.nodes()) {
      if (kept.test(node)) {
        LiveNode source = before.get(node.key());
        sources.put(node.name(), source);
        node.parameters()
            .forEach(
                (name, value) ->
                    value.assign(
                        Objects.requireNonNull(source, node.key()).parameters().get(name)));
      }
    }
    if (options.keepsState()) {
      UpdaterState.copyOf(from)
          .putInto(
              to,
              name ->
                  sources.containsKey(name.node())
                      ? new ParameterName(sources.get(name.node()).name(), name.parameter())
                      : NEW);
    } else if (from.updater().isPresent()) {
      to.setUpdater(to.newUpdater());
    }
    if (options.optimizer() != null) {
      options.optimizer().configure(to.model());
    }
  }
}
