package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Java serialization passes by constructors. A number in what was written is made NaN, for every
 * number of every plugin: it must not come back as an object.
 */
class StoredNonsenseTest {

  private static final double[] MARKS = {0.4321987654321, 2.4321987654321, -0.4321987654321};

  @Test
  void isRefusedByEveryPlugin() throws IOException {
    TreeSet<String> taken = new TreeSet<>();
    int tried = 0;
    for (Plugin<?> plugin : Plugins.installed().all()) {
      for (Parameter<?> parameter : plugin.parameters()) {
        if (parameter.type() != Double.class && parameter.type() != ISchedule.class) {
          continue;
        }
        for (double mark : MARKS) {
          Optional<Object> made = made(plugin, parameter, mark);
          if (made.isPresent() && isOurs(made.get())) {
            byte[] bytes = written(made.get());
            byte[] changed = bytes.clone();
            if (replace(changed, mark, Double.NaN)) {
              assertThat(readsBack(bytes)).as("%s, unchanged", made.get()).isTrue();
              tried++;
              if (readsBack(changed)) {
                taken.add(made.get().getClass().getName() + " " + parameter.name());
              }
            }
          }
        }
      }
    }
    assertThat(taken).as("of %s", tried).isEmpty();
    assertThat(tried).isGreaterThan(100);
  }

  /** What is ND4J's own, as a constant rate is, is read as ND4J likes. */
  private static boolean isOurs(Object made) {
    return made instanceof Serializable && !made.getClass().getName().startsWith("org.nd4j.");
  }

  private static Optional<Object> made(Plugin<?> plugin, Parameter<?> parameter, double mark) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    for (Parameter<?> other : plugin.parameters()) {
      if (other.defaultValue().isEmpty()) {
        arguments.put(
            other.name(),
            other.type() == Integer.class ? 4 : other.type() == List.class ? List.of(0.5) : 0.5);
      }
    }
    arguments.put(parameter.name(), mark);
    try {
      return Optional.of(Plugins.installed().create(plugin.kind(), plugin.name(), arguments));
    } catch (IllegalArgumentException outOfRange) {
      return Optional.empty();
    }
  }

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static boolean replace(byte[] bytes, double mark, double by) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    boolean found = false;
    for (int i = 0; i + Double.BYTES <= bytes.length; i++) {
      if (buffer.getDouble(i) == mark) {
        buffer.putDouble(i, by);
        found = true;
      }
    }
    return found;
  }

  private static boolean readsBack(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject() != null;
    } catch (IOException | ClassNotFoundException | RuntimeException refused) {
      return false;
    }
  }
}
