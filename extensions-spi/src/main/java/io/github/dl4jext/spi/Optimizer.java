package io.github.dl4jext.spi;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A complete update rule, the one kind that DL4J lacks: an updater, which sees gradients only, and
 * the regularizations that act beside it and see the parameters (decoupled weight decay, trust
 * ratios), together with what they must leave alone (biases, parameters of norms).
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(new AdamW(1e-3, 0.01).configure(conf));
 * }</pre>
 *
 * <p>{@code configure} works layer by layer on a configuration that is built, since DL4J applies
 * what is set on its global builder twice. It changes the configuration or the network that it is
 * given. Regularizations that users have set themselves (l1, l2) stay; those of an optimizer
 * configured before, and bias updaters, are replaced.
 */
public interface Optimizer {

  /**
   * The updater alone. Where {@link #regularizations()} is empty it is the whole rule, and may go
   * into any builder of DL4J.
   *
   * @return a new instance
   */
  IUpdater updater();

  /**
   * What acts beside the updater on each parameter that is regularized; for SameDiff's {@code
   * TrainingConfig}, which has one list for all parameters.
   *
   * @return new instances, in the order in which they act; none where the updater is the whole rule
   */
  List<Regularization> regularizations();

  /**
   * Makes every layer of a configuration learn by this rule.
   *
   * @param configuration the configuration, which is changed
   * @return the same configuration
   */
  MultiLayerConfiguration configure(MultiLayerConfiguration configuration);

  /**
   * Makes every layer and vertex of a configuration learn by this rule.
   *
   * @param configuration the configuration, which is changed
   * @return the same configuration
   */
  ComputationGraphConfiguration configure(ComputationGraphConfiguration configuration);

  /**
   * Makes a live network learn by this rule from its next step on, be it new, trained, restored or
   * imported. Parameters and counters are kept, so schedules go on where they are. The updater's
   * state is kept parameter by parameter where the new rule has the same state as the old;
   * elsewhere it starts afresh, bias corrections included.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return what was kept
   * @throws IllegalArgumentException if the model is of another type, or not initialised
   */
  Installed configure(Model model);

  /**
   * What became of a live network's updater state, by parameter (such as {@code 0_W}). Frozen
   * parameters and those without state, old or new, are in neither list.
   *
   * @param kept parameters whose state goes on
   * @param reset parameters whose state starts afresh
   */
  record Installed(List<String> kept, List<String> reset) {

    /**
     * Copies the lists.
     *
     * @param kept parameters whose state goes on
     * @param reset parameters whose state starts afresh
     */
    public Installed {
      kept = List.copyOf(kept);
      reset = List.copyOf(reset);
    }
  }
}
