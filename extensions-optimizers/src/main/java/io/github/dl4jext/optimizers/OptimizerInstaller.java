package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Optimizers;
import io.github.dl4jext.spi.StateCarryOver;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;

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

  /** Parameter arrays per block: of two a layer, eight layers. */
  private static final int PARAMETERS_PER_BLOCK = 16;

  @Override
  public MultiLayerConfiguration install(
      Optimizer optimizer, MultiLayerConfiguration configuration) {
    install(optimizer, NetworkLayer.of(configuration), UpdaterState.NONE);
    return configuration;
  }

  @Override
  public ComputationGraphConfiguration install(
      Optimizer optimizer, ComputationGraphConfiguration configuration) {
    install(optimizer, NetworkLayer.of(configuration), UpdaterState.NONE);
    return configuration;
  }

  @Override
  public StateCarryOver install(Optimizer optimizer, Model model) {
    UpdaterState before = UpdaterState.of(model);
    install(optimizer, NetworkLayer.of(model), before);
    return before.restoreTo(model);
  }

  private static void install(Optimizer optimizer, List<NetworkLayer> layers, UpdaterState state) {
    List<OptimizerTerm> terms = optimizer.terms();
    int parameters = 0;
    for (NetworkLayer layer : layers) {
      int most = 0;
      for (TrainingConfig config : layer.configurations()) {
        TrainableLayer trainable = TrainableLayer.of(config);
        int block = parameters / PARAMETERS_PER_BLOCK;
        trainable.learnBy(updater(optimizer, state, layer.index(), block));
        trainable.regularize(terms, optimizer.termsActOn());
        most = Math.max(most, trainable.parameterCount());
      }
      parameters += most;
    }
  }

  private static IUpdater updater(Optimizer optimizer, UpdaterState state, int layer, int block) {
    IUpdater updater = optimizer.updater();
    return updater instanceof UpdateRule<?> rule
        ? rule.startingAt(state.firstIteration(layer, rule), block)
        : updater;
  }
}
