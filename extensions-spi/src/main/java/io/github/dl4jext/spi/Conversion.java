package io.github.dl4jext.spi;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** How a parameter's type reads what was given, and whether a value lies in a range. */
interface Conversion<T> {

  /** The value, or empty if it cannot be one of this type. */
  Optional<T> read(@Nullable Object given, Plugins plugins);

  /** Whether the value, or every number in it, is in the interval. */
  default boolean within(T value, Interval interval) {
    return true;
  }

  /** The class of a value; of an optional one, that of the value that may be there. */
  Class<?> type();

  /** What a value must be, to follow "must be". */
  String rule(Optional<String> range);

  Conversion<Double> NUMBER =
      new Conversion<>() {
        @Override
        public Optional<Double> read(@Nullable Object given, Plugins plugins) {
          if (given instanceof Number number) {
            return Optional.of(number.doubleValue());
          }
          try {
            return given instanceof CharSequence text
                ? Optional.of(Double.parseDouble(text.toString().trim()))
                : Optional.empty();
          } catch (NumberFormatException notANumber) {
            return Optional.empty();
          }
        }

        @Override
        public boolean within(Double value, Interval interval) {
          return interval.contains(value);
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
          if (!(given instanceof Number) && !(given instanceof CharSequence)) {
            return Optional.empty();
          }
          try {
            return Optional.of(new BigDecimal(given.toString().trim()).intValueExact());
          } catch (ArithmeticException | NumberFormatException notWhole) {
            return Optional.empty();
          }
        }

        @Override
        public boolean within(Integer value, Interval interval) {
          return interval.contains(value);
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
          return switch (String.valueOf(given).trim().toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
          };
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
        public boolean within(ISchedule value, Interval interval) {
          return !(value instanceof FixedSchedule fixed) || interval.contains(fixed.valueAt(0, 0));
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
        String wanted = Names.key(given instanceof Enum<?> e ? e.name() : String.valueOf(given));
        return constants.stream().filter(e -> Names.key(e.name()).equals(wanted)).findFirst();
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
      public boolean within(Optional<T> value, Interval interval) {
        return value.isEmpty() || conversion.within(value.get(), interval);
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
    return new Conversion<>() {
      @Override
      public Optional<List<T>> read(@Nullable Object given, Plugins plugins) {
        List<T> values = new ArrayList<>();
        for (Object one : elements(given).orElse(List.of())) {
          Optional<T> value = element.read(one, plugins);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          values.add(value.get());
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(values));
      }

      @Override
      public boolean within(List<T> values, Interval interval) {
        return values.stream().allMatch(value -> element.within(value, interval));
      }

      @Override
      public Class<?> type() {
        return List.class;
      }

      @Override
      public String rule(Optional<String> range) {
        return "a list with at least one element, each " + element.rule(range);
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
