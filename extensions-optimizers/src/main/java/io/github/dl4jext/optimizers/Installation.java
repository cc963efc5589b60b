package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.spi.Optimizer;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Puts an update rule on every layer of a configuration or a live network.
 *
 * <p>Each layer gets an instance of its own, since DL4J changes the learning rate in place. Equal
 * instances are joined to blocks by DL4J, at a cost that grows with the cube of the number of
 * parameters in a block; the rules are numbered so that a block stays small.
 */
final class Installation {

  /** Parameter arrays per block: of two a layer, eight layers. */
  private static final int PARAMETERS_PER_BLOCK = 16;

  private final Optimizer optimizer;
  private final ParameterFilter filter;

  private Installation(Optimizer optimizer, ParameterFilter filter) {
    this.optimizer = optimizer;
    this.filter = filter;
  }

  static Installation of(Optimizer optimizer, ParameterFilter filter) {
    return new Installation(optimizer, filter);
  }

  MultiLayerConfiguration configure(MultiLayerConfiguration configuration) {
    install(NetworkLayer.of(configuration), UpdaterState.NONE);
    return configuration;
  }

  ComputationGraphConfiguration configure(ComputationGraphConfiguration configuration) {
    install(NetworkLayer.of(configuration), UpdaterState.NONE);
    return configuration;
  }

  Optimizer.Installed configure(Model model) {
    UpdaterState before = UpdaterState.of(model);
    install(NetworkLayer.of(model), before);
    return before.restoreTo(model);
  }

  private void install(List<NetworkLayer> layers, UpdaterState state) {
    List<OptimizerTerm> terms =
        optimizer.regularizations().stream().map(OptimizerTerm.class::cast).toList();
    int parameters = 0;
    for (NetworkLayer layer : layers) {
      int most = 0;
      for (TrainingConfig config : layer.configurations()) {
        TunableLayer tunable = TunableLayer.of(config);
        tunable.learnBy(rule(state, layer.index(), parameters / PARAMETERS_PER_BLOCK));
        tunable.regularize(terms, filter);
        most = Math.max(most, tunable.parameterCount());
      }
      parameters += most;
    }
  }

  private IUpdater rule(UpdaterState state, int layer, int block) {
    UpdateRule rule = (UpdateRule) optimizer.updater();
    return rule.startingAt(state.firstIteration(layer, rule), block);
  }
}
