package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Optimizers;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Puts an optimizer on every layer of a configuration or a live network; it is called through
 * {@link Optimizers}.
 */
@AutoService(Optimizers.Installer.class)
public final class OptimizerInstaller implements Optimizers.Installer {

  @Override
  public MultiLayerConfiguration install(
      Optimizer optimizer, MultiLayerConfiguration configuration) {
    return install(new ParameterGroups(optimizer), configuration);
  }

  @Override
  public ComputationGraphConfiguration install(
      Optimizer optimizer, ComputationGraphConfiguration configuration) {
    return install(new ParameterGroups(optimizer), configuration);
  }

  @Override
  public CarryOver install(Optimizer optimizer, Model model) {
    return install(new ParameterGroups(optimizer), model);
  }

  static MultiLayerConfiguration install(
      ParameterGroups groups, MultiLayerConfiguration configuration) {
    install(groups, NetworkConfiguration.of(configuration));
    return configuration;
  }

  static ComputationGraphConfiguration install(
      ParameterGroups groups, ComputationGraphConfiguration configuration) {
    install(groups, NetworkConfiguration.of(configuration));
    return configuration;
  }

  static CarryOver install(ParameterGroups groups, Model model) {
    Network network = Network.of(model);
    RuleReplacement replacement = new RuleReplacement(network);
    new Installation(groups, network.nodes(), replacement::firstIteration).install();
    return replacement.carryOver();
  }

  private static void install(ParameterGroups groups, NetworkConfiguration configuration) {
    new Installation(groups, configuration.nodes(), (parameters, rule) -> 0).install();
  }
}
