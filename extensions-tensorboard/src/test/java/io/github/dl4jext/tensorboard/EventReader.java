package io.github.dl4jext.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.protobuf.Message;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.tensorflow.framework.Summary;

/**
 * Reads event files by TensorFlow's own classes, and checks the checksums by Guava's CRC32C. ND4J
 * has copies of some of TensorFlow's classes, by a protobuf of its own, so {@code Event} and what
 * it needs is loaded apart; summaries are read by the copies.
 */
record EventReader(List<Event> events) {

  /** Holds what TensorFlow reads of an event; the session's status is a text, empty without one. */
  record Event(double wallTime, long step, String fileVersion, String session, Summary summary) {}

  record Shown(long step, Summary.Value value) {}

  static EventReader of(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    try (URLClassLoader apart = tensorFlow()) {
      Class<?> type = Class.forName("org.tensorflow.util.Event", true, apart);
      while (in.hasRemaining()) {
        int from = in.position();
        int length = Math.toIntExact(in.getLong());
        assertThat(in.getInt()).isEqualTo(masked(bytes, from, 8));
        byte[] event = new byte[length];
        in.get(event);
        assertThat(in.getInt()).isEqualTo(masked(bytes, from + 12, length));
        events.add(event(type.getMethod("parseFrom", byte[].class).invoke(null, event)));
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    return new EventReader(events);
  }

  private static URLClassLoader tensorFlow() throws ClassNotFoundException {
    Class<?> event = Class.forName("org.tensorflow.util.Event", false, here());
    URL[] jars = {jar(event), jar(Message.class)};
    return new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
  }

  private static ClassLoader here() {
    return EventReader.class.getClassLoader();
  }

  private static URL jar(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static Event event(Object read)
      throws ReflectiveOperationException, InvalidProtocolBufferException {
    assertThat(get(read, "getUnknownFields").toString()).isEmpty();
    boolean session = (boolean) get(read, "hasSessionLog");
    return new Event(
        (double) get(read, "getWallTime"),
        (long) get(read, "getStep"),
        (String) get(read, "getFileVersion"),
        session ? get(get(read, "getSessionLog"), "getStatus").toString() : "",
        Summary.parseFrom((byte[]) get(get(read, "getSummary"), "toByteArray")));
  }

  private static Object get(Object message, String name) throws ReflectiveOperationException {
    return message.getClass().getMethod(name).invoke(message);
  }

  private static int masked(byte[] bytes, int from, int length) {
    long crc = Hashing.crc32c().hashBytes(bytes, from, length).padToLong();
    return (int) (((crc >>> 15 | crc << 17) & 0xffffffffL) + 0xa282ead8L);
  }

  List<Shown> values() {
    return events.stream()
        .flatMap(e -> e.summary.getValueList().stream().map(v -> new Shown(e.step, v)))
        .toList();
  }

  List<Shown> of(String tag) {
    return values().stream().filter(shown -> shown.value.getTag().equals(tag)).toList();
  }

  List<Long> steps(String tag) {
    return of(tag).stream().map(Shown::step).toList();
  }

  float last(String tag) {
    List<Shown> all = of(tag);
    return all.get(all.size() - 1).value.getSimpleValue();
  }
}
