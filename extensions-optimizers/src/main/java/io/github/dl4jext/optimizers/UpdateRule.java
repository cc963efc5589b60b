package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * An updater whose state is a fixed number of arrays as long as the parameters. It is DL4J's {@link
 * IUpdater} and a whole {@link Optimizer} in one, so that it goes into any builder of DL4J as well.
 *
 * <p>A subclass names its state arrays, states its hyperparameters, and turns a gradient into an
 * update:
 *
 * <pre>{@code
 * @Override
 * protected void update(Step step) {
 *   INDArray velocity = step.state(0);
 *   velocity.muli(momentum).addi(step.gradient());
 *   velocity.muli(step.learningRate(), step.gradient());
 * }
 * }</pre>
 *
 * <p>Everything is immutable but the learning rate, which DL4J changes through {@link
 * #setLrAndSchedule}. Two rules are equal if their classes and all hyperparameters are: DL4J joins
 * the parameters of equal updaters to one block, and reads saved state by these blocks.
 */
public abstract class UpdateRule implements IUpdater, Optimizer {

  private static final long serialVersionUID = 1L;

  /** So few elements at a time that the passes over them stay in the cache. */
  private static final int CHUNK = 1 << 15;

  @NumberOrSchedule.Json private ISchedule learningRate;

  /** The iteration at which this rule began: bias corrections count from there. */
  private int firstIteration;

  /** Parameters are joined to one block if this is equal as well; see {@link Installation}. */
  private int block;

  /**
   * Takes the learning rate; the subclass checks it.
   *
   * @param learningRate the learning rate, as a schedule
   */
  protected UpdateRule(ISchedule learningRate) {
    this.learningRate = learningRate;
  }

  /**
   * The learning rate's parameter, with name, range and default.
   *
   * @return the parameter
   */
  protected abstract Parameter<ISchedule> learningRateParameter();

  /**
   * The name by which the plugin is found, used in messages.
   *
   * @return the name in snake_case
   */
  protected abstract String pluginName();

  /**
   * The names of the state arrays. A name stands for a meaning: state is kept from rule to rule
   * where the names agree.
   *
   * @return the names, in the order of {@link Step#state}; none for a rule without state
   */
  protected abstract List<String> stateNames();

  /**
   * Every hyperparameter but the learning rate by name, in the order of documentation: for equals,
   * hashCode and toString.
   *
   * @return the values; schedules may be among them
   */
  protected abstract Map<String, Object> hyperparameters();

  /**
   * Overwrites the gradient by what is to be subtracted from the parameters, and brings the state
   * up to date. It is called for one stretch of the parameters after the other.
   *
   * @param step gradient, state and counters
   */
  protected abstract void update(Step step);

  /**
   * Sets new state; zeros, if not overridden.
   *
   * @param state the state arrays, with undefined content
   */
  protected void initialise(List<INDArray> state) {
    state.forEach(array -> array.assign(0));
  }

  /**
   * How many parameters to update at a time. A rule that is one native operation takes them all;
   * one of several operations takes few, which stay in the processor's cache between them.
   *
   * @return the largest number of elements of {@link Step#gradient()}
   */
  protected long chunkLength() {
    return CHUNK;
  }

  /**
   * The bias-corrected count of steps: 1 at the first step that this rule makes.
   *
   * @param iteration the network's counter
   * @return the number of the step
   */
  protected final long stepNumber(int iteration) {
    return iteration >= firstIteration ? iteration - firstIteration + 1L : iteration + 1L;
  }

  /** The same rule, begun at an iteration and joined to blocks of its own number. */
  final UpdateRule startingAt(int iteration, int blockNumber) {
    UpdateRule rule = clone();
    rule.firstIteration = iteration;
    rule.block = blockNumber;
    return rule;
  }

  final int firstIteration() {
    return firstIteration;
  }

  /**
   * The learning rate.
   *
   * @return a schedule; a constant one if a number was given
   */
  public final ISchedule learningRate() {
    return learningRate;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return NumberOrSchedule.at(learningRateParameter(), learningRate, iteration, epoch);
  }

  @Override
  public final boolean hasLearningRate() {
    return true;
  }

  @Override
  public final void setLrAndSchedule(double lr, ISchedule lrSchedule) {
    ISchedule rate = lrSchedule == null ? new FixedSchedule(lr) : lrSchedule;
    Checks.of(pluginName()).check(learningRateParameter(), rate).done();
    learningRate = rate;
  }

  @Override
  public final long stateSize(long numParams) {
    return stateNames().size() * numParams;
  }

  @Override
  public final GradientUpdater<UpdateRule> instantiate(INDArray view, boolean initialize) {
    BlockUpdater updater = new BlockUpdater(this);
    if (view != null) {
      long length = view.length() / stateNames().size();
      updater.setStateViewArray(view, new long[] {length}, 'c', initialize);
    }
    return updater;
  }

  @Override
  public final GradientUpdater<UpdateRule> instantiate(
      Map<String, INDArray> state, boolean initialize) {
    BlockUpdater updater = new BlockUpdater(this);
    updater.setState(state, initialize);
    return updater;
  }

  @Override
  public final IUpdater updater() {
    return clone();
  }

  @Override
  public final List<Regularization> regularizations() {
    return List.of();
  }

  @Override
  public final MultiLayerConfiguration configure(MultiLayerConfiguration configuration) {
    return Installation.of(this, ParameterFilter.weights()).configure(configuration);
  }

  @Override
  public final ComputationGraphConfiguration configure(
      ComputationGraphConfiguration configuration) {
    return Installation.of(this, ParameterFilter.weights()).configure(configuration);
  }

  @Override
  public final Installed configure(Model model) {
    return Installation.of(this, ParameterFilter.weights()).configure(model);
  }

  @Override
  public UpdateRule clone() {
    try {
      UpdateRule copy = (UpdateRule) super.clone();
      copy.learningRate = learningRate.clone();
      return copy;
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof UpdateRule that
        && that.getClass() == getClass()
        && that.learningRate.equals(learningRate)
        && that.firstIteration == firstIteration
        && that.block == block
        && that.hyperparameters().equals(hyperparameters());
  }

  @Override
  public final int hashCode() {
    return Arrays.asList(getClass(), learningRate, hyperparameters()).hashCode();
  }

  @Override
  public final String toString() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("learningRate", learningRate);
    all.putAll(hyperparameters());
    return Text.of(getClass(), all);
  }
}
