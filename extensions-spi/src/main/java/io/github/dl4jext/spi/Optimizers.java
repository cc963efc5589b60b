package io.github.dl4jext.spi;

import java.util.Optional;
import java.util.ServiceLoader;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Installs an {@link Optimizer} on a finished configuration or on a live network, which it changes.
 * It sets regularizations layer by layer, since DL4J applies those of its global builder twice.
 * Regularizations that users have set themselves (l1, l2) are kept; those of an optimizer installed
 * before, and bias updaters, are replaced.
 */
public final class Optimizers {

  private Optimizers() {}

  /**
   * Makes every layer of a configuration learn by a rule.
   *
   * @param optimizer the rule
   * @param configuration the configuration, which is changed
   * @return the same configuration
   */
  public static MultiLayerConfiguration install(
      Optimizer optimizer, MultiLayerConfiguration configuration) {
    return installer().install(optimizer, configuration);
  }

  /**
   * Makes every layer and vertex of a configuration learn by a rule.
   *
   * @param optimizer the rule
   * @param configuration the configuration, which is changed
   * @return the same configuration
   */
  public static ComputationGraphConfiguration install(
      Optimizer optimizer, ComputationGraphConfiguration configuration) {
    return installer().install(optimizer, configuration);
  }

  /**
   * Makes a live network learn by a rule from its next step on, whether it is new, trained,
   * restored or imported. Parameters and counters are kept, so schedules continue where they are.
   * The updater's state is kept parameter by parameter where the new rule has the same state as the
   * old; elsewhere it starts afresh, bias corrections included.
   *
   * @param optimizer the rule
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return which parameters have kept their state, and which begin again, with the reason
   * @throws IllegalArgumentException if the model is of another type, or not initialised
   */
  public static CarryOver install(Optimizer optimizer, Model model) {
    return installer().install(optimizer, model);
  }

  private static Installer installer() {
    return find(Optimizers.class.getClassLoader())
        .or(() -> find(Thread.currentThread().getContextClassLoader()))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "nothing on the class path installs optimizers; add the artifact"
                        + " extensions-optimizers"));
  }

  private static Optional<Installer> find(ClassLoader loader) {
    return ServiceLoader.load(Installer.class, loader).findFirst();
  }

  /**
   * Does the work of {@link Optimizers}. This module knows nothing of networks. The only installer
   * is that of {@code extensions-optimizers}, which {@link ServiceLoader} finds.
   */
  public interface Installer {

    /**
     * See {@link Optimizers#install(Optimizer, MultiLayerConfiguration)}.
     *
     * @param optimizer the rule
     * @param configuration the configuration, which is changed
     * @return the same configuration
     */
    MultiLayerConfiguration install(Optimizer optimizer, MultiLayerConfiguration configuration);

    /**
     * See {@link Optimizers#install(Optimizer, ComputationGraphConfiguration)}.
     *
     * @param optimizer the rule
     * @param configuration the configuration, which is changed
     * @return the same configuration
     */
    ComputationGraphConfiguration install(
        Optimizer optimizer, ComputationGraphConfiguration configuration);

    /**
     * See {@link Optimizers#install(Optimizer, Model)}.
     *
     * @param optimizer the rule
     * @param model a network, which is changed
     * @return what was kept of the updater's state
     */
    CarryOver install(Optimizer optimizer, Model model);
  }
}
