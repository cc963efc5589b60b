package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.CompositeUpdater;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/**
 * Lets another rule make the steps. Its state is the other rule's, followed by one array of its
 * own, which begins with zeros.
 *
 * @param <R> the subclass
 */
abstract class WrapperRule<R extends WrapperRule<R>> extends UpdateRule<R>
    implements CompositeUpdater {

  private static final long serialVersionUID = 1L;

  /** The rule that makes the steps. */
  static final Parameter<IUpdater> RULE =
      Parameter.plugin("rule", IUpdater.class).doc("makes the steps");

  private final transient UpdateRule<?> rule;

  /** Whether this copy only tells DL4J the rate for what acts beside the steps. */
  private transient boolean tellsRate;

  private transient @Nullable WrapperRule<?> forTerms;

  WrapperRule(Technique<Optimizer> technique, Arguments given) {
    super(technique, given);
    IUpdater inner = get(RULE);
    technique
        .checks()
        .that(inner instanceof UpdateRule<?>, "rule", "an update rule of this library", inner)
        .done();
    rule = (UpdateRule<?>) inner;
  }

  /** The rule of an optimizer, if it is one that can be wrapped. */
  static Optional<UpdateRule<?>> ruleOf(Optimizer optimizer) {
    return optimizer.updater() instanceof UpdateRule<?> rule ? Optional.of(rule) : Optional.empty();
  }

  final UpdateRule<?> rule() {
    return rule;
  }

  /**
   * The name of this rule's array, or the start of its name if the other rule has an array of that
   * name.
   */
  abstract String purpose();

  /**
   * Wraps a regularization that acts after the updater, so that it acts in the steps of the other
   * rule.
   */
  abstract OptimizerTerm inStep(Regularization term);

  /** The share of a step of the other rule that a minibatch makes. */
  abstract double shareOfStep(int iteration);

  int minibatchesPerStep() {
    return 1;
  }

  /**
   * Where a user has given this rule to DL4J's builder, weight decay is not adapted. It is
   * proportional to the rate, so DL4J is told the right share of the rate instead.
   */
  @Override
  final UpdateRule<?> forTerms() {
    if (forTerms == null || !forTerms.equals(this)) {
      WrapperRule<?> made = (WrapperRule<?>) clone();
      made.tellsRate = true;
      forTerms = made;
    }
    return forTerms;
  }

  private double shareOfSteps(int iteration) {
    return shareOfStep(iteration)
        * (rule instanceof WrapperRule<?> inner
            ? inner.shareOfSteps(iteration / minibatchesPerStep())
            : 1);
  }

  @Override
  public final double getLearningRate(int iteration, int epoch) {
    double rate = super.getLearningRate(iteration / minibatchesPerStep(), epoch);
    return tellsRate ? rate * shareOfSteps(iteration) : rate;
  }

  /**
   * Adapts only what acts after the updater. What acts before it changes the gradient of each
   * minibatch, and needs no adapting.
   */
  @Override
  public final Regularization adapted(Regularization term) {
    if (term.applyStep() == ApplyStep.BEFORE_UPDATER) {
      return term;
    }
    return inStep(rule instanceof WrapperRule<?> wrapper ? wrapper.adapted(term) : term);
  }

  /** The terms of the optimizer that is wrapped, as they act beside this rule. */
  final List<OptimizerTerm> around(List<OptimizerTerm> terms) {
    return terms.stream()
        .map(term -> term.applyStep() == ApplyStep.BEFORE_UPDATER ? term : inStep(term))
        .toList();
  }

  final String ownStateName() {
    List<String> others = rule.stateNames();
    String name = purpose();
    for (int i = 2; others.contains(name); i++) {
      name = purpose() + i;
    }
    return name;
  }

  final INDArray ownState(UpdateContext t) {
    return t.state(rule.stateNames().size());
  }

  @Override
  protected final void initialise(List<INDArray> state) {
    int others = rule.stateNames().size();
    rule.initialise(state.subList(0, others));
    state.get(others).assign(0);
  }

  @Override
  protected final long chunkLength() {
    return rule.chunkLength();
  }

  @Override
  protected final List<String> stateNames() {
    List<String> names = new ArrayList<>(rule.stateNames());
    names.add(ownStateName());
    return names;
  }
}
