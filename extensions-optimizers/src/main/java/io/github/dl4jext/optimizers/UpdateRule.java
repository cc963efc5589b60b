package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.SerializedTechnique;
import io.github.dl4jext.spi.Technique;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * Updates parameters by their gradients and by state, a fixed number of arrays as long as the
 * parameters. A rule is both DL4J's {@link IUpdater} and a whole {@link Optimizer}, so that it may
 * also be given to any builder of DL4J.
 *
 * <p>A subclass declares its {@link Technique}, of which {@code learningRate} is a parameter, names
 * its state arrays, and turns a gradient into an update. JSON and Java serialization restore it by
 * its constructor from {@link Arguments}:
 *
 * <pre>{@code
 * @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
 * HeavyBall(Arguments arguments) {
 *   super(TECHNIQUE, arguments);
 * }
 *
 * @Override
 * protected List<String> stateNames() {
 *   return List.of("B");
 * }
 *
 * @Override
 * protected void update(UpdateContext t) {
 *   INDArray velocity = t.state(0);
 *   velocity.muli(t.at(MOMENTUM)).addi(t.gradient());
 *   velocity.muli(t.learningRate(), t.gradient());
 * }
 * }</pre>
 *
 * <p>Everything is immutable except the learning rate, which DL4J changes through {@link
 * #setLrAndSchedule}. Two rules are equal if their classes, their arguments and their places in the
 * network are. DL4J joins the parameters of equal updaters to one block, and reads saved state by
 * these blocks.
 *
 * @param <R> the subclass
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.NONE,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE,
    setterVisibility = Visibility.NONE)
public abstract class UpdateRule<R extends UpdateRule<R>> implements IUpdater, Optimizer {

  private static final long serialVersionUID = 1L;

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.LEARNING_RATE;

  /** The number of elements updated at a time, few enough to stay in the cache between passes. */
  private static final int CHUNK = 1 << 15;

  private final transient Technique<Optimizer> technique;
  private transient Arguments arguments;
  private transient Placement placement;

  /**
   * Takes a value for each parameter of the technique, or for some of them; the others take their
   * defaults.
   *
   * @param technique declares the parameters
   * @param given the values
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the technique cannot take them
   */
  protected UpdateRule(Technique<Optimizer> technique, Arguments given) {
    this.technique = technique;
    this.arguments = technique.read(Placement.without(given));
    this.placement = Placement.of(given);
  }

  /**
   * The names of the state arrays. A name stands for a meaning: state is kept from rule to rule
   * where the names agree.
   *
   * @return the names, in the order of {@link UpdateContext#state}; none for a rule without state
   */
  protected abstract List<String> stateNames();

  /**
   * Overwrites the gradient with the update to subtract from the parameters, and updates the state.
   * It is called for one stretch of the parameters after another.
   *
   * @param t gradient, state, counters, and the values of parameters at this step
   */
  protected abstract void update(UpdateContext t);

  /**
   * Initialises new state, with zeros unless overridden.
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
   * @return the largest number of elements of {@link UpdateContext#gradient()}
   */
  protected long chunkLength() {
    return CHUNK;
  }

  /** Whether the rule uses a {@link FloatLoop} for floats, which takes all of them at a time. */
  boolean loopsOverFloats() {
    return false;
  }

  /**
   * The value of a parameter.
   *
   * @param parameter one of the technique's
   * @param <V> its type
   * @return the value; of a rate, the schedule
   */
  public final <V> V get(Parameter<V> parameter) {
    return arguments.get(parameter);
  }

  /**
   * Takes another value for a parameter.
   *
   * @param parameter one of the technique's
   * @param value its value
   * @param <V> its type
   * @return a copy with this value
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the rule cannot take it
   */
  public final <V> R with(Parameter<V> parameter, V value) {
    return remade(arguments.with(parameter, value), placement);
  }

  /**
   * Takes another number for a parameter that may be scheduled.
   *
   * @param parameter one of the technique's
   * @param value its value, at all steps
   * @return a copy with this value
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the rule cannot take it
   */
  public final R with(Parameter<ISchedule> parameter, double value) {
    return remade(arguments.with(parameter, value), placement);
  }

  @SuppressWarnings("unchecked") // the technique makes what it was declared by
  private R remade(Arguments given, Placement placed) {
    R made = (R) technique.create(given);
    ((UpdateRule<?>) made).placement = placed;
    return made;
  }

  /**
   * A copy that counts its steps from an iteration, and is joined only to rules of the same block.
   */
  final R startingAt(int iteration, int block) {
    return remade(ownRate(), new Placement(iteration, block));
  }

  /** The arguments with a schedule of the learning rate that no other rule has. */
  private Arguments ownRate() {
    return arguments.with(LEARNING_RATE, learningRate().clone());
  }

  final int firstIteration() {
    return placement.firstIteration();
  }

  /** The count of steps for bias corrections: 1 at the first step that this rule makes. */
  final long stepNumber(int iteration) {
    int first = placement.firstIteration();
    return iteration >= first ? iteration - first + 1L : iteration + 1L;
  }

  /** The rule from which DL4J takes the learning rate for what acts beside the updater. */
  UpdateRule<?> forTerms() {
    return this;
  }

  final String pluginName() {
    return technique.name();
  }

  /**
   * Refuses a number that leaves its range in the network's type, such as an epsilon that is 0
   * there.
   *
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is such a number
   */
  final void requireUsableAs(DataType type) {
    Checks checks = technique.checks();
    technique.parameters().forEach(parameter -> requireUsable(checks, parameter, type));
    checks.done();
  }

  private <V> void requireUsable(Checks checks, Parameter<V> parameter, DataType type) {
    V value = get(parameter);
    checks.that(
        parameter.acceptsRounded(value, number -> rounded(number, type)),
        parameter.name(),
        parameter.rule() + ", as a " + type + " too, which rounds it out of this range",
        value);
  }

  /** A number rounded to a type, or 0 where too few of its digits are left to calculate with. */
  private static double rounded(double number, DataType type) {
    if (type == DataType.DOUBLE) {
      return number;
    }
    double smallest = type == DataType.FLOAT16 ? 0x1p-14 : Float.MIN_NORMAL;
    double largest = type == DataType.FLOAT16 ? 65504 : Float.MAX_VALUE;
    double size = Math.abs(number);
    return size < smallest ? 0 : size > largest ? Double.POSITIVE_INFINITY : (float) number;
  }

  /** The value of a scheduled parameter at a step, checked against its range. */
  final double at(Parameter<ISchedule> parameter, int iteration, int epoch) {
    return NumberOrSchedule.at(
        technique.name(), parameter, arguments.get(parameter), iteration, epoch);
  }

  /**
   * The learning rate.
   *
   * @return a schedule; a constant one if a number was given
   */
  public final ISchedule learningRate() {
    return get(LEARNING_RATE);
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return at(LEARNING_RATE, iteration, epoch);
  }

  @Override
  public final boolean hasLearningRate() {
    return true;
  }

  @Override
  public final void setLrAndSchedule(double lr, @Nullable ISchedule lrSchedule) {
    ISchedule rate = lrSchedule == null ? new FixedSchedule(lr) : lrSchedule;
    arguments = technique.read(arguments.with(LEARNING_RATE, rate));
  }

  @Override
  public final long stateSize(long numParams) {
    return stateNames().size() * numParams;
  }

  @Override
  public final GradientUpdater<UpdateRule<?>> instantiate(
      @Nullable INDArray view, boolean initialize) {
    BlockUpdater updater = new BlockUpdater(this);
    if (view != null) {
      long length = view.length() / stateNames().size();
      updater.setStateViewArray(view, new long[] {length}, 'c', initialize);
    }
    return updater;
  }

  @Override
  public final GradientUpdater<UpdateRule<?>> instantiate(
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
  public UpdateRule<R> clone() {
    return remade(ownRate(), placement);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof UpdateRule<?> that
        && that.getClass() == getClass()
        && that.arguments.equals(arguments)
        && that.placement.equals(placement);
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), arguments);
  }

  @Override
  public final String toString() {
    Class<?> part = getClass();
    Class<?> whole = part.getEnclosingClass();
    return (whole == null ? "" : whole.getSimpleName() + ".") + part.getSimpleName() + arguments;
  }

  /** What is written to JSON: the arguments and the placement, in one object. */
  @JsonValue
  final Arguments stored() {
    return placement.with(arguments);
  }

  /**
   * Has Java serialization write the arguments, which are checked when they are read.
   *
   * @return what is written in place of this
   */
  protected final Object writeReplace() {
    return new SerializedTechnique(getClass(), stored());
  }
}
