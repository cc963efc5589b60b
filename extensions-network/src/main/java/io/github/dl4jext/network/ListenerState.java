package io.github.dl4jext.network;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds what a listener remembers, by name: numbers, flags, texts, lists of numbers, arrays, and
 * parts that are such states themselves. It is stored as plain values, never as Java objects:
 * reading it makes no object of a class that the file names.
 *
 * <p>Numbers are restored to the last bit. Asking for a value that is not there, or is of another
 * kind, throws an {@link IllegalArgumentException} that says what there is.
 */
public final class ListenerState {

  private static final int DEEPEST = 32;

  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Puts in a whole number. */
  public ListenerState put(String name, long value) {
    return putAny(name, value);
  }

  /** Puts in a number. */
  public ListenerState put(String name, double value) {
    return putAny(name, value);
  }

  /** Puts in a flag. */
  public ListenerState put(String name, boolean value) {
    return putAny(name, value);
  }

  /** Puts in a text. */
  public ListenerState put(String name, String value) {
    return putAny(name, value);
  }

  /** Puts in numbers, which are copied. */
  public ListenerState put(String name, double[] values) {
    return putAny(name, values.clone());
  }

  /** Puts in an array, which is not copied: store or load it before it changes. */
  public ListenerState put(String name, INDArray array) {
    return putAny(name, array);
  }

  /** Puts in another state. */
  public ListenerState put(String name, ListenerState part) {
    return putAny(name, part);
  }

  /** Puts in several states in their order. */
  public ListenerState put(String name, List<ListenerState> parts) {
    ListenerState all = new ListenerState();
    for (ListenerState part : parts) {
      all.put(String.valueOf(all.values.size()), part);
    }
    return putAny(name, all);
  }

  private ListenerState putAny(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /** Checks whether there is something of this name. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Lists the names, in the order in which they were put in. */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** Returns a whole number. */
  public long whole(String name) {
    return get(name, Long.class, "a whole number");
  }

  /** Returns a whole number from 0 to the largest {@code int}, such as a count. */
  public int count(String name) {
    long value = whole(name);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the stored \"" + name + "\" must be a count, was " + value);
    }
    return (int) value;
  }

  /** Returns a number. */
  public double number(String name) {
    return get(name, Double.class, "a number");
  }

  /** Returns a flag. */
  public boolean flag(String name) {
    return get(name, Boolean.class, "a flag");
  }

  /** Returns a text. */
  public String text(String name) {
    return get(name, String.class, "a text");
  }

  /** Returns numbers, as a copy. */
  public double[] numbers(String name) {
    return get(name, double[].class, "a list of numbers").clone();
  }

  /** Returns an array, which is not copied. */
  public INDArray array(String name) {
    return get(name, INDArray.class, "an array");
  }

  /** Returns another state. */
  public ListenerState part(String name) {
    return get(name, ListenerState.class, "a part");
  }

  /** Returns another state, if there is one of this name. */
  public Optional<ListenerState> findPart(String name) {
    return has(name) ? Optional.of(part(name)) : Optional.empty();
  }

  /** Returns several states in their order. */
  public List<ListenerState> parts(String name) {
    ListenerState all = part(name);
    return IntStream.range(0, all.values.size())
        .mapToObj(i -> all.part(String.valueOf(i)))
        .toList();
  }

  private <T> T get(String name, Class<T> kind, String what) {
    @Nullable Object value = values.get(name);
    if (!kind.isInstance(value)) {
      throw new IllegalArgumentException(
          "the stored state must have "
              + what
              + " named \""
              + name
              + "\", had "
              + (value == null ? "only " + values.keySet() : value));
    }
    return kind.cast(value);
  }

  /**
   * Writes everything.
   *
   * @param out where it goes; it is not closed
   * @throws IOException if it cannot be written
   */
  public void writeTo(DataOutputStream out) throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<String, Object> entry : values.entrySet()) {
      write(entry.getKey(), out);
      Object value = entry.getValue();
      if (value instanceof Long number) {
        out.writeByte('w');
        out.writeLong(number);
      } else if (value instanceof Double number) {
        out.writeByte('d');
        out.writeDouble(number);
      } else if (value instanceof Boolean flag) {
        out.writeByte('f');
        out.writeBoolean(flag);
      } else if (value instanceof String text) {
        out.writeByte('t');
        write(text, out);
      } else if (value instanceof double[] numbers) {
        out.writeByte('n');
        out.writeInt(Math.multiplyExact(numbers.length, Double.BYTES));
        for (double number : numbers) {
          out.writeDouble(number);
        }
      } else if (value instanceof INDArray array) {
        out.writeByte('a');
        Nd4j.write(array.isView() ? array.dup() : array, out);
      } else {
        out.writeByte('p');
        ((ListenerState) value).writeTo(out);
      }
    }
  }

  /**
   * Reads what was written.
   *
   * @param in where it comes from; it is not closed
   * @return the state
   * @throws IOException if it cannot be read, or is not what was written
   */
  public static ListenerState readFrom(DataInputStream in) throws IOException {
    return readFrom(in, 0);
  }

  private static ListenerState readFrom(DataInputStream in, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("the stored state has parts nested without end");
    }
    ListenerState state = new ListenerState();
    for (int left = in.readInt(); left > 0; left--) {
      String name = text(in);
      byte kind = in.readByte();
      switch (kind) {
        case 'w' -> state.put(name, in.readLong());
        case 'd' -> state.put(name, in.readDouble());
        case 'f' -> state.put(name, in.readBoolean());
        case 't' -> state.put(name, text(in));
        case 'n' -> state.put(name, numbers(in));
        case 'a' -> state.put(name, Nd4j.read(in));
        case 'p' -> state.put(name, readFrom(in, depth + 1));
        default -> throw new IOException("\"" + name + "\" is stored as the unknown kind " + kind);
      }
    }
    return state;
  }

  private static void write(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in, in.readInt()), StandardCharsets.UTF_8);
  }

  private static double[] numbers(DataInputStream in) throws IOException {
    byte[] bytes = bytes(in, in.readInt());
    double[] numbers = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(numbers);
    return numbers;
  }

  /** Reads bytes, and takes no memory for bytes that are not there. */
  private static byte[] bytes(DataInputStream in, int length) throws IOException {
    byte[] bytes = length < 0 ? new byte[0] : in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("the stored state ends within a value of " + length + " bytes");
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "ListenerState" + values.keySet();
  }
}
