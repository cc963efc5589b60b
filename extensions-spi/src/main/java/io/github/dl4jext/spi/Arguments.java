package io.github.dl4jext.spi;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonValue;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * Holds values by parameter. {@link Plugin#create} gets them complete: converted, within their
 * ranges, with defaults filled in. A technique that keeps its arguments, as optimizers do, takes
 * them in its constructor and passes them to {@link Technique#read}. Arguments from a user, from
 * JSON or from Java serialization are converted and checked there; arguments that the technique has
 * read before are returned as they are.
 *
 * <pre>{@code
 * public Adam(double learningRate) {
 *   this(Arguments.of(LEARNING_RATE, learningRate));
 * }
 *
 * @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
 * Adam(Arguments arguments) {
 *   super(ADAM, arguments);
 * }
 * }</pre>
 *
 * <p>Instances are immutable, and equal if all their values are. In JSON they are an object with a
 * field for each value. An optional value that is empty is left out; no other value may be missing
 * when the JSON is read.
 */
@JsonDeserialize(using = ArgumentsJson.Reader.class)
public final class Arguments implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Where values come from, which decides what may be missing. */
  enum Source {
    /** A user, who may leave out what has a default. */
    USER,
    /** Storage: names and types must be exact, and only an empty optional value may be left out. */
    STORED,
    /** Storage that leaves nothing out. */
    STORED_WHOLE
  }

  private final LinkedHashMap<String, Object> values;

  private final Source source;

  /** The parameters that have read the values; null if none have yet. */
  private final transient @Nullable List<Parameter<?>> readBy;

  private Arguments(Map<String, ?> values, Source source, @Nullable List<Parameter<?>> readBy) {
    this.values = new LinkedHashMap<>(values);
    this.source = source;
    this.readBy = readBy;
  }

  /** Takes values as they are given, to be read by a technique. */
  static Arguments given(Map<String, ?> values) {
    return new Arguments(values, Source.USER, null);
  }

  /** Takes values as they were stored, so that one which is missing is an error. */
  static Arguments stored(Map<String, ?> values) {
    return new Arguments(values, Source.STORED, null);
  }

  /** Returns a copy of which no value may be missing, not even an optional one. */
  Arguments whole() {
    return new Arguments(values, Source.STORED_WHOLE, null);
  }

  private Arguments copy() {
    return new Arguments(values, source, null);
  }

  /**
   * Gives no value, so that all defaults apply.
   *
   * @return arguments to be read by a technique
   */
  public static Arguments none() {
    return given(Map.of());
  }

  /**
   * Gives one value.
   *
   * @param parameter the parameter
   * @param value its value
   * @param <T> the parameter's type
   * @return arguments to be read by a technique
   */
  public static <T> Arguments of(Parameter<T> parameter, T value) {
    return none().with(parameter, value);
  }

  /**
   * Gives one number, which stands for a schedule that never changes.
   *
   * @param parameter the parameter
   * @param value its value
   * @return arguments to be read by a technique
   */
  public static Arguments of(Parameter<ISchedule> parameter, double value) {
    return none().with(parameter, value);
  }

  /**
   * Adds a value, or replaces the one that was given before.
   *
   * @param parameter the parameter
   * @param value its value
   * @param <T> the parameter's type
   * @return a copy with the value, to be read by a technique
   */
  public <T> Arguments with(Parameter<T> parameter, T value) {
    Objects.requireNonNull(parameter, "arguments: parameter must be given, was null");
    Arguments copy = copy();
    copy.values.put(parameter.name(), value);
    return copy;
  }

  /**
   * Adds a number, which stands for a schedule that never changes.
   *
   * @param parameter the parameter
   * @param value its value
   * @return a copy with the value, to be read by a technique
   */
  public Arguments with(Parameter<ISchedule> parameter, double value) {
    Objects.requireNonNull(parameter, "arguments: parameter must be given, was null");
    return with(parameter, (ISchedule) new FixedSchedule(value));
  }

  /**
   * Keeps the values of some parameters, for a technique that consists of two parts.
   *
   * @param parameters the parameters whose values are wanted
   * @return a copy that has no other value, to be read by a technique
   */
  public Arguments only(Parameter<?>... parameters) {
    Arguments copy = copy();
    copy.values.keySet().retainAll(names(parameters));
    return copy;
  }

  /**
   * Leaves out some of the values.
   *
   * @param parameters the parameters whose values are not wanted
   * @return this if it has none of them, else a copy to be read by a technique
   */
  public Arguments without(Parameter<?>... parameters) {
    Arguments copy = copy();
    return copy.values.keySet().removeAll(names(parameters)) ? copy : this;
  }

  private static Set<String> names(Parameter<?>... parameters) {
    return Arrays.stream(parameters).map(Parameter::name).collect(Collectors.toSet());
  }

  /**
   * The value of a parameter.
   *
   * @param parameter one of the plugin's {@link Plugin#parameters()}
   * @param <T> the parameter's type
   * @return the value, never null
   * @throws IllegalStateException if the plugin does not declare the parameter, or if no technique
   *     has read the arguments yet
   */
  @SuppressWarnings("unchecked") // each value was read by the parameter of that name
  public <T> T get(Parameter<T> parameter) {
    Object value = readBy == null ? null : values.get(parameter.name());
    if (value == null) {
      throw new IllegalStateException(
          readBy == null
              ? "the arguments "
                  + Shown.value(this)
                  + " must be read by their Technique before they are used"
              : parameter.name() + " is read but not among the parameters of " + Shown.value(this));
    }
    return (T) value;
  }

  /** Converts and checks what is given, unless this very plugin has done so. */
  Arguments readBy(Plugin<?> plugin, Plugins plugins) {
    List<Parameter<?>> parameters = plugin.parameters();
    return readBy == parameters
        ? this
        : new Arguments(
            ArgumentsReading.read(plugin, values, source, plugins), Source.USER, parameters);
  }

  /**
   * What is written to JSON: numbers, flags, texts and lists as they are, anything else with its
   * type.
   */
  @JsonValue
  Map<String, Object> json() {
    Map<String, Object> json = plain();
    json.replaceAll((name, value) -> ArgumentsJson.value(value));
    return json;
  }

  /** The values as a user would give them: an optional value is unwrapped, or left out if empty. */
  private Map<String, Object> plain() {
    Map<String, Object> plain = new LinkedHashMap<>(values);
    plain.values().removeIf(value -> Optional.empty().equals(value));
    plain.replaceAll((name, value) -> value instanceof Optional<?> some ? some.get() : value);
    return plain;
  }

  /** For Java serialization: values as they are given, which are read again by the technique. */
  private Object writeReplace() {
    return stored(plain());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Arguments that && that.values.equals(values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(values);
  }

  /** For instance {@code (learningRate=0.001, beta1=0.9)}. */
  @Override
  public String toString() {
    return plain().entrySet().stream()
        .map(e -> e.getKey() + "=" + text(e.getValue()))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static @Nullable Object text(Object value) {
    return value instanceof Enum<?> choice
        ? choice.name().toLowerCase(Locale.ROOT)
        : NumberOrSchedule.shown(value);
  }
}
