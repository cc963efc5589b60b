package io.github.dl4jext.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes one message of Protocol Buffers, field by field. */
final class Message {

  @FunctionalInterface
  private interface Field {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  Message number(int field, double value) {
    return add(to -> to.writeDouble(field, value));
  }

  Message single(int field, float value) {
    return add(to -> to.writeFloat(field, value));
  }

  Message whole(int field, long value) {
    return add(to -> to.writeInt64(field, value));
  }

  Message text(int field, String value) {
    return add(to -> to.writeString(field, value));
  }

  Message message(int field, Message value) {
    return add(to -> to.writeByteArray(field, value.bytes()));
  }

  /** Writes many numbers, packed. */
  Message numbers(int field, double... values) {
    Message packed = new Message();
    packed.add(
        to -> {
          for (double value : values) {
            to.writeDoubleNoTag(value);
          }
        });
    return message(field, packed);
  }

  private Message add(Field field) {
    try {
      field.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("no array of bytes fails", e);
    }
    return this;
  }

  byte[] bytes() {
    add(CodedOutputStream::flush);
    return bytes.toByteArray();
  }
}
