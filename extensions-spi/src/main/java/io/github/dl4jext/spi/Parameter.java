package io.github.dl4jext.spi;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Describes one parameter of a plugin: its name, type, allowed range, default and one line of
 * documentation.
 *
 * <p>It is declared once, as a constant, and serves the catalogue, the conversion of text and the
 * check in the constructor alike:
 *
 * <pre>{@code
 * private static final Parameter<Double> ALPHA =
 *     Parameter.number("alpha").in("(0, inf)").orElse(1.0).doc("slope of the tail");
 * }</pre>
 *
 * <p>Values may be given as their own type or as text. A whole number may be given as any number
 * with a whole value (100, 100.0, "100"). NaN and infinities are never in range. Nor is a number of
 * a size above 1e30 or, where the range begins above 0, below 1e-30, as floats could not calculate
 * with it. A list has at most 100,000 elements; techniques may be nested at most 50 levels deep.
 *
 * @param <T> the type of the converted value
 */
public final class Parameter<T> {

  private final String name;
  private final Conversion<T> conversion;
  private final @Nullable Interval interval;
  private final @Nullable T defaultValue;
  private final String doc;

  private Parameter(
      String name,
      Conversion<T> conversion,
      @Nullable Interval interval,
      @Nullable T defaultValue,
      String doc) {
    this.name = name;
    this.conversion = conversion;
    this.interval = interval;
    this.defaultValue = defaultValue;
    this.doc = doc;
  }

  private static <T> Parameter<T> of(String name, Conversion<T> conversion) {
    Objects.requireNonNull(name, "a parameter needs a name");
    return new Parameter<>(name, conversion, null, null, "");
  }

  /**
   * A real number, finite unless narrowed by {@link #in}.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<Double> number(String name) {
    return of(name, Conversion.NUMBER).in(Interval.FINITE.toString());
  }

  /**
   * A whole number that fits an {@code int}.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<Integer> integer(String name) {
    return of(name, Conversion.INTEGER).in(Interval.FINITE.toString());
  }

  /**
   * True or false.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<Boolean> flag(String name) {
    return of(name, Conversion.FLAG);
  }

  /**
   * Free text.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<String> text(String name) {
    return of(name, Conversion.TEXT);
  }

  /**
   * One constant of an enum, written in lower case; case, {@code -} and {@code _} do not matter.
   *
   * @param name the parameter's name, in camelCase
   * @param choices the enum
   * @param <E> the enum
   * @return a required parameter
   */
  public static <E extends Enum<E>> Parameter<E> choice(String name, Class<E> choices) {
    return of(name, Conversion.choice(choices));
  }

  /**
   * A list of constants of an enum, each written as for {@link #choice}.
   *
   * @param name the parameter's name, in camelCase
   * @param choices the enum
   * @param <E> the enum
   * @return a required parameter
   */
  public static <E extends Enum<E>> Parameter<List<E>> choices(String name, Class<E> choices) {
    return of(name, Conversion.list(Conversion.choice(choices)));
  }

  /**
   * A list of real numbers; {@link #in} bounds each of them.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<List<Double>> numbers(String name) {
    return of(name, Conversion.list(Conversion.NUMBER)).in(Interval.FINITE.toString());
  }

  /**
   * A list of whole numbers; {@link #in} bounds each of them.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<List<Integer>> integers(String name) {
    return of(name, Conversion.list(Conversion.INTEGER)).in(Interval.FINITE.toString());
  }

  /**
   * Starts a parameter whose value is a list of whole numbers that may be empty.
   *
   * @param name the name, as written in a spec
   * @return a required parameter
   */
  public static Parameter<List<Integer>> integersOrNone(String name) {
    return of(name, Conversion.list(Conversion.INTEGER, 0)).in(Interval.FINITE.toString());
  }

  /**
   * A list of free texts.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<List<String>> texts(String name) {
    return of(name, Conversion.list(Conversion.TEXT));
  }

  /**
   * Something made by another plugin: an instance, or a spec such as {@code cosine(initialRate=0.1,
   * totalSteps=100)}.
   *
   * @param name the parameter's name, in camelCase
   * @param kind the kind of the other plugin
   * @param <K> the kind
   * @return a required parameter
   */
  public static <K> Parameter<K> plugin(String name, Class<K> kind) {
    return of(name, Conversion.plugin(kind));
  }

  /**
   * A list of things made by other plugins, each an instance or a spec.
   *
   * @param name the parameter's name, in camelCase
   * @param kind the kind of the other plugins
   * @param <K> the kind
   * @return a required parameter
   */
  public static <K> Parameter<List<K>> plugins(String name, Class<K> kind) {
    return of(name, Conversion.list(Conversion.plugin(kind)));
  }

  /**
   * A rate: a number, which stands for a schedule that never changes, or a schedule. {@link #in}
   * bounds the number; what a schedule gives is checked when it is used.
   *
   * @param name the parameter's name, in camelCase
   * @return a required parameter
   */
  public static Parameter<ISchedule> rate(String name) {
    return of(name, Conversion.RATE).in(Interval.FINITE.toString());
  }

  /**
   * Bounds the value, or each value of a list.
   *
   * @param range an interval such as {@code (0, inf)} or {@code [0, 1)}; round brackets exclude the
   *     bound
   * @return a copy of this parameter with the range
   * @throws IllegalArgumentException if the range is malformed, or the default is outside it
   */
  public Parameter<T> in(String range) {
    return new Parameter<>(name, conversion, Interval.parse(range), defaultValue, doc)
        .requireFittingDefault();
  }

  /**
   * Makes the parameter optional.
   *
   * @param value the default, which must be within the range
   * @return a copy of this parameter with the default
   * @throws IllegalArgumentException if the default is outside the range
   */
  public Parameter<T> orElse(T value) {
    Objects.requireNonNull(value, "a parameter without a default is required: leave orElse out");
    return new Parameter<>(name, conversion, interval, value, doc).requireFittingDefault();
  }

  /**
   * Makes the parameter optional, with a number as the default. It may also be the default of a
   * whole number, or of a rate, where it stands for a schedule that never changes.
   *
   * @param value the default, which must be within the range
   * @return a copy of this parameter with the default
   * @throws IllegalArgumentException if the default is of another type, or outside the range
   */
  public Parameter<T> orElse(double value) {
    return orElse(
        conversion
            .read(value, Plugins.NONE)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the default of " + name + " must be " + rule() + ", was " + value)));
  }

  /**
   * Lets the parameter be left out without a default of its own. What applies then depends on other
   * parameters, as its {@link #doc} says.
   *
   * @return a copy of this parameter, whose value is empty when none is given
   */
  public Parameter<Optional<T>> optional() {
    return new Parameter<>(name, Conversion.optional(conversion), interval, Optional.empty(), doc);
  }

  private Parameter<T> requireFittingDefault() {
    if (defaultValue != null && !accepts(defaultValue)) {
      throw new IllegalArgumentException(
          "the default of "
              + name
              + " must be "
              + rule(defaultValue)
              + ", was "
              + Shown.value(defaultValue));
    }
    return this;
  }

  /**
   * Documents the parameter.
   *
   * @param line what it does, and its unit where it has one
   * @return a copy of this parameter with the text
   */
  public Parameter<T> doc(String line) {
    return new Parameter<>(name, conversion, interval, defaultValue, line);
  }

  /**
   * The name, as written in a spec.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The class of the converted value: {@code Double} for a number, {@code ISchedule} for a rate,
   * {@code List} for a list. For a parameter that is {@link #optional()}, it is the class of the
   * value that may be there.
   *
   * @return the class
   */
  public Class<?> type() {
    return conversion.type();
  }

  /**
   * What the value must be, such as {@code a number in (0, inf)}.
   *
   * @return type and range in words, to follow "must be"
   */
  public String rule() {
    return conversion.rule(interval == null ? Optional.empty() : Optional.of(interval.toString()));
  }

  /** What the value must be, with the limit of nesting or of size if that is what it breaks. */
  String rule(@Nullable T value) {
    if (value == null || accepts(value)) {
      return rule();
    }
    if (!Nesting.fits(value)) {
      return Nesting.RULE;
    }
    boolean unusable =
        interval != null && isWhole(value) && conversion.within(value, interval::bounds);
    return rule() + (unusable ? Interval.USABLE : "");
  }

  /**
   * The value taken when none is given.
   *
   * @return the default, or empty if the parameter is required
   */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /**
   * The default of a parameter that has one.
   *
   * @return the default
   * @throws IllegalStateException if the parameter is required
   */
  public T defaultOf() {
    return defaultValue()
        .orElseThrow(() -> new IllegalStateException(name + " has no default, it must be given"));
  }

  /**
   * What applies when no value is given, in words for a catalogue.
   *
   * @return {@code required}, {@code optional}, or {@code default} and the value
   */
  public String otherwise() {
    if (defaultValue == null) {
      return "required";
    }
    if (defaultValue.equals(Optional.empty())) {
      return "optional";
    }
    return "default "
        + (defaultValue instanceof Enum<?> choice
            ? choice.name().toLowerCase(Locale.ROOT)
            : defaultValue);
  }

  /**
   * One line of documentation.
   *
   * @return the text, empty if there is none
   */
  public String doc() {
    return doc;
  }

  /**
   * Whether a converted value is of the type and within the range.
   *
   * @param value the value; null is never accepted, nor is a list that contains null
   * @return true if {@link #rule()} holds
   */
  public boolean accepts(@Nullable T value) {
    return value != null
        && isWhole(value)
        && (interval == null || conversion.within(value, interval::contains))
        && Nesting.fits(value);
  }

  private static boolean isWhole(Object value) {
    return Conversion.elements(value).stream().flatMap(List::stream).allMatch(Objects::nonNull);
  }

  /**
   * Whether a value is still in the range when it is rounded to another type: as floats, 1e-46 is 0
   * and 0.99999999 is 1.
   *
   * @param value a value that is accepted
   * @param rounding rounds a number to the type
   * @return true if each number of it is in the range when it is rounded
   */
  public boolean acceptsRounded(T value, DoubleUnaryOperator rounding) {
    return interval == null
        || conversion.within(value, number -> interval.bounds(rounding.applyAsDouble(number)));
  }

  /** Converts and checks; empty if the value does not fit. */
  Optional<T> read(@Nullable Object given, Plugins plugins) {
    return convert(given, plugins).filter(this::accepts);
  }

  /** Converts without checking the range. Exceptions of nested plugins are passed on. */
  Optional<T> convert(@Nullable Object given, Plugins plugins) {
    return conversion.read(given, plugins);
  }

  /**
   * Whether a value has the form in which it is stored: a number, for instance, and not the text of
   * one.
   */
  boolean isStored(@Nullable Object given) {
    return conversion.isStored(given);
  }

  @Override
  public String toString() {
    return name + ": " + rule() + (defaultValue == null ? "" : ", " + otherwise());
  }
}
