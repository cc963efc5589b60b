package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/** An optimizer of an updater and of terms that see the parameters. */
abstract class CompositeOptimizer implements Optimizer {

  private final UpdateRule rule;
  private final List<OptimizerTerm> terms;
  private final ParameterFilter filter;
  private final Map<String, Object> hyperparameters = new LinkedHashMap<>();

  CompositeOptimizer(UpdateRule rule, List<OptimizerTerm> terms, ParameterFilter filter) {
    this.rule = rule;
    this.terms = List.copyOf(terms);
    this.filter = filter;
  }

  /** States a hyperparameter; to be called in the constructor, in the order of documentation. */
  final void state(String name, Object value) {
    hyperparameters.put(name, value);
  }

  /** States the learning rate and all else that the updater has. */
  final void stateRule() {
    state("learningRate", rule.learningRate());
    rule.hyperparameters().forEach(this::state);
  }

  final UpdateRule rule() {
    return rule;
  }

  final List<OptimizerTerm> terms() {
    return terms;
  }

  /** Which parameters the terms act on. */
  final ParameterFilter filter() {
    return filter;
  }

  @Override
  public final IUpdater updater() {
    return rule.clone();
  }

  @Override
  public final List<Regularization> regularizations() {
    return terms.stream().<Regularization>map(OptimizerTerm::clone).toList();
  }

  @Override
  public final MultiLayerConfiguration configure(MultiLayerConfiguration configuration) {
    return Installation.of(this, filter).configure(configuration);
  }

  @Override
  public final ComputationGraphConfiguration configure(
      ComputationGraphConfiguration configuration) {
    return Installation.of(this, filter).configure(configuration);
  }

  @Override
  public final Installed configure(Model model) {
    return Installation.of(this, filter).configure(model);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof CompositeOptimizer that
        && that.getClass() == getClass()
        && that.rule.equals(rule)
        && that.terms.equals(terms)
        && that.filter.equals(filter);
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), rule, terms, filter);
  }

  @Override
  public final String toString() {
    return Text.of(getClass(), hyperparameters);
  }
}
