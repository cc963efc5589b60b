package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * A rule that lets another one make the steps. Its state is the other's, and behind it one array of
 * its own, which begins with zeros.
 */
abstract class RuleAroundRule extends UpdateRule {

  private static final long serialVersionUID = 1L;

  RuleAroundRule(ISchedule learningRate) {
    super(learningRate);
  }

  /** The rule that makes the steps; a field of the subclass, whose name is stored. */
  abstract UpdateRule inner();

  /** The name of the array. */
  abstract String ownStateName();

  final INDArray ownState(Step step) {
    return step.state(inner().stateNames().size());
  }

  @Override
  protected final void initialise(List<INDArray> state) {
    int others = inner().stateNames().size();
    inner().initialise(state.subList(0, others));
    state.get(others).assign(0);
  }

  @Override
  protected final long chunkLength() {
    return inner().chunkLength();
  }

  @Override
  protected final List<String> stateNames() {
    List<String> names = new ArrayList<>(inner().stateNames());
    names.add(ownStateName());
    return names;
  }

  @Override
  protected final Parameter<ISchedule> learningRateParameter() {
    return inner().learningRateParameter();
  }
}
