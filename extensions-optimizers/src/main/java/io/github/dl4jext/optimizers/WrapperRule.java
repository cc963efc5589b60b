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
 * Lets another rule make the steps. Its state is the other's, and behind it one array of its own,
 * which begins with zeros.
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

  /** Whether this tells DL4J the rate for what acts beside the steps, and nothing else. */
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

  /** The name of the array, or what it begins with where the other rule has one of that name. */
  abstract String purpose();

  /** Has a regularization that acts after the updater act in the steps of the other rule. */
  abstract OptimizerTerm inStep(Regularization term);

  /** How much of a step of the other rule a minibatch makes. */
  abstract double shareOfStep(int iteration);

  int minibatchesPerStep() {
    return 1;
  }

  /**
   * Where a user has put this into DL4J's builder, weight decay is not adapted. It is in proportion
   * to the rate, so a share of the rate makes it right.
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

  /** Those before the updater act on a gradient, whatever becomes of it. */
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
