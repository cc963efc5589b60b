package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Lets another rule make the steps. Its state is the other's, and behind it one array of its own,
 * which begins with zeros.
 *
 * @param <R> the subclass
 */
abstract class WrapperRule<R extends WrapperRule<R>> extends UpdateRule<R> {

  private static final long serialVersionUID = 1L;

  /** The rule that makes the steps. */
  static final Parameter<IUpdater> RULE =
      Parameter.plugin("rule", IUpdater.class).doc("makes the steps");

  private final transient UpdateRule<?> rule;

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

  /** The name of the array. */
  abstract String ownStateName();

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
