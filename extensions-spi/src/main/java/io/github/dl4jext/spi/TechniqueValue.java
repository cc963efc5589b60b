package io.github.dl4jext.spi;

import java.io.Serializable;
import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * Holds the arguments from which a technique was made, for techniques that cannot be records: those
 * that keep state, or whose constructor must not be public. Checks, equality, text, JSON and Java
 * serialization follow from the arguments.
 *
 * <p>A subclass passes its declaration and its arguments to the constructor of this class. JSON and
 * Java serialization restore it by a constructor such as this one:
 *
 * <pre>{@code
 * @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
 * Dropout(Arguments arguments) {
 *   super(TECHNIQUE, arguments);
 * }
 * }</pre>
 *
 * @param <T> the kind of thing that it is
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.NONE,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE,
    setterVisibility = Visibility.NONE)
public abstract class TechniqueValue<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  private final transient Technique<T> technique;
  private final transient Arguments arguments;

  /**
   * Takes a value for each parameter of the technique, or for some of them; the others take their
   * defaults.
   *
   * @param technique declares the parameters
   * @param given the values
   * @throws InvalidArgumentException if the technique cannot take them
   */
  protected TechniqueValue(Technique<T> technique, Arguments given) {
    this.technique = technique;
    this.arguments = technique.read(given);
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
   * The value of a scheduled parameter at a step.
   *
   * @param parameter one of the technique's
   * @param iteration the iteration, from 0
   * @param epoch the epoch, from 0
   * @return the value, within its range
   * @throws IllegalStateException if the schedule left the range
   */
  protected final double at(Parameter<ISchedule> parameter, int iteration, int epoch) {
    return NumberOrSchedule.at(
        technique.name(), parameter, arguments.get(parameter), iteration, epoch);
  }

  /**
   * Makes another instance with the same arguments.
   *
   * @return a new instance
   */
  protected final T again() {
    return technique.create(arguments);
  }

  /**
   * What is written to JSON and by Java serialization, and compared: the arguments, unless a
   * subclass adds to them.
   *
   * @return all that makes two instances equal
   */
  @JsonValue
  protected Arguments stored() {
    return arguments;
  }

  /**
   * Has Java serialization write the arguments, which are checked when they are read.
   *
   * @return what is written in place of this
   */
  protected final Object writeReplace() {
    return new SerializedTechnique(getClass(), stored());
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof TechniqueValue<?> that
        && that.getClass() == getClass()
        && that.stored().equals(stored());
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), stored());
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + arguments;
  }
}
