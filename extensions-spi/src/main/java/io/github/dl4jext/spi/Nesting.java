package io.github.dl4jext.spi;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limits how deep techniques may be nested, since each level is a nested call wherever they are
 * used, compared or shown.
 */
final class Nesting {

  /** The most levels of one technique in another. */
  static final int LEVELS = 50;

  /** The most techniques within one, each counted as often as it occurs. */
  static final int PARTS = 1000;

  static final String RULE =
      "nested at most " + LEVELS + " levels deep, of at most " + PARTS + " parts";

  private static final ClassValue<List<RecordComponent>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .filter(component -> !component.getType().isPrimitive())
              .filter(component -> component.getAccessor().trySetAccessible())
              .toList();
        }
      };

  /** The number of parts of each value seen, so that a shared value is walked only once. */
  private final Map<Object, Integer> seen = new IdentityHashMap<>();

  private Nesting() {}

  static boolean fits(@Nullable Object value) {
    return new Nesting().parts(value, 0) <= PARTS;
  }

  private int parts(@Nullable Object value, int level) {
    if (level > LEVELS) {
      return PARTS + 1;
    }
    List<?> within = within(value);
    if (value == null || within.isEmpty()) {
      return 0;
    }
    Integer known = seen.get(value);
    if (known != null) {
      return known;
    }
    int inner = value instanceof List || value instanceof Optional ? level : level + 1;
    int parts = inner - level;
    for (Object part : within) {
      parts += parts(part, inner);
      if (parts > PARTS) {
        break;
      }
    }
    seen.put(value, parts);
    return parts;
  }

  private static List<?> within(@Nullable Object value) {
    if (value instanceof List<?> list) {
      Object first = list.isEmpty() ? null : list.get(0);
      return first instanceof Number || first instanceof String ? List.of() : list;
    }
    if (value instanceof Optional<?> optional) {
      return optional.stream().toList();
    }
    return value instanceof Record ? components(value) : List.of();
  }

  private static List<?> components(Object holder) {
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : COMPONENTS.get(holder.getClass())) {
      try {
        values.add(component.getAccessor().invoke(holder));
      } catch (ReflectiveOperationException unreadable) {
        continue;
      }
    }
    return values;
  }
}
