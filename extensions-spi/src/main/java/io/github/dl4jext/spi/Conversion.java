package io.github.dl4jext.spi;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** How a parameter's type reads what was given, and whether a value lies in a range. */
interface Conversion<T> {

  /** The value, or empty if it cannot be one of this type. */
  Optional<T> read(@Nullable Object given, Plugins plugins);

  /**
   * Whether the value has the form in which it is stored: a number, for instance, and not the text
   * of one. An object in JSON is given as an {@link ArgumentsJson.Unread}; Java serialization gives
   * the values themselves.
   */
  boolean isStored(@Nullable Object given);

  /** Whether the value, or every number in it, is in the range. */
  default boolean within(T value, DoublePredicate range) {
    return true;
  }

  /** The class of a value; for an optional value, the class of what it may hold. */
  Class<?> type();

  /** What a value must be, to follow "must be". */
  String rule(Optional<String> range);

  /** The longest list. */
  int MAX_ELEMENTS = 100_000;

  /** A number that was given as one or as text, and is short enough to be converted. */
  private static Optional<Number> number(@Nullable Object given) {
    return (given instanceof Number number
            ? Optional.of(number)
            : given instanceof CharSequence text
                ? WrittenNumber.parse(text)
                : Optional.<Number>empty())
        .filter(WrittenNumber::isShort);
  }

  Conversion<Double> NUMBER =
      new Conversion<>() {
        @Override
        public Optional<Double> read(@Nullable Object given, Plugins plugins) {
          return number(given).map(Number::doubleValue);
        }

        @Override
        public boolean isStored(@Nullable Object given) {
          return given instanceof Number;
        }

        @Override
        public boolean within(Double value, DoublePredicate range) {
          return range.test(value);
        }

        @Override
        public Class<?> type() {
          return Double.class;
        }

        @Override
        public String rule(Optional<String> range) {
          return "a number" + range.map(r -> " in " + r).orElse("");
        }
      };

  Conversion<Integer> INTEGER =
      new Conversion<>() {
        @Override
        public Optional<Integer> read(@Nullable Object given, Plugins plugins) {
          try {
            return number(given).map(number -> new BigDecimal(number.toString()).intValueExact());
          } catch (ArithmeticException | NumberFormatException notWhole) {
            return Optional.empty();
          }
        }

        @Override
        public boolean isStored(@Nullable Object given) {
          return given instanceof Number;
        }

        @Override
        public boolean within(Integer value, DoublePredicate range) {
          return range.test(value);
        }

        @Override
        public Class<?> type() {
          return Integer.class;
        }

        @Override
        public String rule(Optional<String> range) {
          return "a whole number" + range.map(r -> " in " + r).orElse("");
        }
      };

  Conversion<Boolean> FLAG =
      new Conversion<>() {
        @Override
        public Optional<Boolean> read(@Nullable Object given, Plugins plugins) {
          if (!(given instanceof CharSequence text)) {
            return given instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
          }
          return switch (Shown.cut(text, Shown.VALUE).trim().toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
          };
        }

        @Override
        public boolean isStored(@Nullable Object given) {
          return given instanceof Boolean;
        }

        @Override
        public Class<?> type() {
          return Boolean.class;
        }

        @Override
        public String rule(Optional<String> range) {
          return "true or false";
        }
      };

  Conversion<String> TEXT =
      new Conversion<>() {
        @Override
        public Optional<String> read(@Nullable Object given, Plugins plugins) {
          // Any object has a text, but few are meant to be one.
          return given instanceof CharSequence
                  || given instanceof Number
                  || given instanceof Boolean
                  || given instanceof Path
              ? Optional.of(given.toString())
              : Optional.empty();
        }

        @Override
        public boolean isStored(@Nullable Object given) {
          return given instanceof CharSequence;
        }

        @Override
        public Class<?> type() {
          return String.class;
        }

        @Override
        public String rule(Optional<String> range) {
          return "text";
        }
      };

  Conversion<ISchedule> RATE =
      new Conversion<>() {
        private final Conversion<ISchedule> schedule = plugin(ISchedule.class);

        @Override
        public Optional<ISchedule> read(@Nullable Object given, Plugins plugins) {
          Optional<Double> number = NUMBER.read(given, plugins);
          return number.isPresent()
              ? number.map(FixedSchedule::new)
              : schedule.read(given, plugins);
        }

        @Override
        public boolean isStored(@Nullable Object given) {
          return NUMBER.isStored(given) || schedule.isStored(given);
        }

        @Override
        public boolean within(ISchedule value, DoublePredicate range) {
          return !(value instanceof FixedSchedule fixed) || range.test(fixed.valueAt(0, 0));
        }

        @Override
        public Class<?> type() {
          return ISchedule.class;
        }

        @Override
        public String rule(Optional<String> range) {
          return NUMBER.rule(range) + " or " + schedule.rule(Optional.empty());
        }
      };

  static <E extends Enum<E>> Conversion<E> choice(Class<E> choices) {
    List<E> constants = List.of(choices.getEnumConstants());
    return new Conversion<>() {
      @Override
      public Optional<E> read(@Nullable Object given, Plugins plugins) {
        if (choices.isInstance(given)) {
          return Optional.of(choices.cast(given));
        }
        String wanted =
            given instanceof CharSequence text ? Names.key(Shown.cut(text, Shown.VALUE)) : "";
        return constants.stream().filter(e -> Names.key(e.name()).equals(wanted)).findFirst();
      }

      @Override
      public boolean isStored(@Nullable Object given) {
        return choices.isInstance(given)
            || constants.stream().map(Enum::name).anyMatch(name -> name.equals(given));
      }

      @Override
      public Class<?> type() {
        return choices;
      }

      @Override
      public String rule(Optional<String> range) {
        return "one of "
            + constants.stream()
                .map(e -> e.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
      }
    };
  }

  static <K> Conversion<K> plugin(Class<K> kind) {
    return new Conversion<>() {
      @Override
      public Optional<K> read(@Nullable Object given, Plugins plugins) {
        if (kind.isInstance(given)) {
          return Optional.of(kind.cast(given));
        }
        if (given instanceof ArgumentsJson.Unread json) {
          return json.as(kind);
        }
        if (given instanceof Spec spec) {
          return Optional.of(plugins.create(kind, spec.name(), spec.arguments()));
        }
        return given instanceof CharSequence text
            ? Optional.of(plugins.create(kind, text.toString()))
            : Optional.empty();
      }

      @Override
      public boolean isStored(@Nullable Object given) {
        return given instanceof ArgumentsJson.Unread || kind.isInstance(given);
      }

      @Override
      public Class<?> type() {
        return kind;
      }

      @Override
      public String rule(Optional<String> range) {
        return Names.withArticle(kind) + " or the spec of one";
      }
    };
  }

  static <T> Conversion<Optional<T>> optional(Conversion<T> conversion) {
    return new Conversion<>() {
      @Override
      public Optional<Optional<T>> read(@Nullable Object given, Plugins plugins) {
        return given instanceof Optional<?> some && some.isEmpty()
            ? Optional.of(Optional.empty())
            : conversion
                .read(given instanceof Optional<?> some ? some.get() : given, plugins)
                .map(Optional::of);
      }

      @Override
      public boolean isStored(@Nullable Object given) {
        return given instanceof Optional<?> some
            ? some.isEmpty() || conversion.isStored(some.get())
            : conversion.isStored(given);
      }

      @Override
      public boolean within(Optional<T> value, DoublePredicate range) {
        return value.isEmpty() || conversion.within(value.get(), range);
      }

      @Override
      public Class<?> type() {
        return conversion.type();
      }

      @Override
      public String rule(Optional<String> range) {
        return conversion.rule(range);
      }
    };
  }

  static <T> Conversion<List<T>> list(Conversion<T> element) {
    return list(element, 1);
  }

  static <T> Conversion<List<T>> list(Conversion<T> element, int least) {
    return new Conversion<>() {
      @Override
      public Optional<List<T>> read(@Nullable Object given, Plugins plugins) {
        List<T> values = new ArrayList<>();
        List<?> elements = elements(given).orElse(null);
        if (elements == null || elements.size() < least || elements.size() > MAX_ELEMENTS) {
          return Optional.empty();
        }
        for (Object one : elements) {
          Optional<T> value = element.read(one, plugins);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          values.add(value.get());
        }
        return Optional.of(List.copyOf(values));
      }

      @Override
      public boolean isStored(@Nullable Object given) {
        return elements(given).filter(all -> all.stream().allMatch(element::isStored)).isPresent();
      }

      @Override
      public boolean within(List<T> values, DoublePredicate range) {
        return values.stream().allMatch(value -> element.within(value, range));
      }

      @Override
      public Class<?> type() {
        return List.class;
      }

      @Override
      public String rule(Optional<String> range) {
        return "a list"
            + (least > 0 ? " with at least one element" : "")
            + ", each "
            + element.rule(range);
      }
    };
  }

  /** What is in a list or an array, of whatever type; empty if it is neither. */
  static Optional<List<?>> elements(@Nullable Object given) {
    if (given instanceof List<?> list) {
      return Optional.of(list);
    }
    return given != null && given.getClass().isArray()
        ? Optional.of(
            IntStream.range(0, Array.getLength(given)).mapToObj(i -> Array.get(given, i)).toList())
        : Optional.empty();
  }
}
