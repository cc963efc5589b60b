package io.github.dl4jext.spi;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Describes a complete update rule, the only kind of plugin for which DL4J has no type. It consists
 * of an updater, which sees gradients only; of the terms that act beside it and see the parameters
 * (decoupled weight decay, trust ratios); and of the choice of the parameters on which these terms
 * act. {@link Optimizers} installs it.
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(new AdamW(1e-3, 0.01).configure(conf));
 * }</pre>
 *
 * <p>An optimizer of your own has terms of its own, and an updater of ND4J, of this library, or
 * your own {@code UpdateRule}:
 *
 * <pre>{@code
 * public record DecayingAdam(double rate, double share) implements Optimizer {
 *
 *   @Override
 *   public IUpdater updater() {
 *     return new Adam(rate);
 *   }
 *
 *   @Override
 *   public List<OptimizerTerm> terms() {
 *     return List.of(new Decay(share));
 *   }
 * }
 * }</pre>
 */
public interface Optimizer {

  /**
   * The updater alone. Where there are no {@link #terms()}, it is the whole rule and may be given
   * to any builder of DL4J.
   *
   * @return a new instance
   */
  IUpdater updater();

  /**
   * What acts beside the updater.
   *
   * @return the terms, in the order in which they act; none where the updater is the whole rule
   */
  default List<OptimizerTerm> terms() {
    return List.of();
  }

  /**
   * Which parameters the terms act on.
   *
   * @return {@link ParameterFilter#weights()}, unless overridden
   */
  default ParameterFilter termsActOn() {
    return ParameterFilter.weights();
  }

  /**
   * The terms as ND4J takes them. They are for SameDiff's {@code TrainingConfig}, which has one
   * list for all parameters.
   *
   * @return new instances of {@link #terms()}
   */
  default List<Regularization> regularizations() {
    return terms().stream().<Regularization>map(OptimizerTerm::clone).toList();
  }

  /**
   * Makes every layer of a configuration learn by this rule: {@link Optimizers#install(Optimizer,
   * MultiLayerConfiguration)}.
   *
   * @param configuration the configuration, which is changed
   * @return the same configuration
   */
  default MultiLayerConfiguration configure(MultiLayerConfiguration configuration) {
    return Optimizers.install(this, configuration);
  }

  /**
   * Makes every layer and vertex of a configuration learn by this rule: {@link
   * Optimizers#install(Optimizer, ComputationGraphConfiguration)}.
   *
   * @param configuration the configuration, which is changed
   * @return the same configuration
   */
  default ComputationGraphConfiguration configure(ComputationGraphConfiguration configuration) {
    return Optimizers.install(this, configuration);
  }

  /**
   * Makes a live network learn by this rule: {@link Optimizers#install(Optimizer, Model)}.
   *
   * @param model a network, which is changed
   * @return what was kept of the updater's state
   * @throws IllegalArgumentException if the model is of another type, or not initialised
   */
  default CarryOver configure(Model model) {
    return Optimizers.install(this, model);
  }
}
