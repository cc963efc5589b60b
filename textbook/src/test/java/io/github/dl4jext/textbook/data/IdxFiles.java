package io.github.dl4jext.textbook.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes small IDX files for tests. */
public final class IdxFiles {
  static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  private IdxFiles() {}

  /** Header of ints, then {@code payload} bytes: 0, 1, ... 9, 0, ... */
  static byte[] file(int payload, int... header) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + payload);
    for (int value : header) {
      bytes.putInt(value);
    }
    for (int i = 0; i < payload; i++) {
      bytes.put((byte) (i % 10));
    }
    return bytes.array();
  }

  static byte[] images(int n) {
    return file(n * LabelledImages.PIXELS, 0x803, n, 28, 28);
  }

  static byte[] labels(int n) {
    return file(n, 0x801, n);
  }

  /**
   * What a whole data set with 30 training and 20 test images has in its four files, in the order
   * of {@link #NAMES}.
   */
  static List<byte[]> contents() {
    return List.of(images(30), labels(30), images(20), labels(20));
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static void writeAll(Path folder) throws IOException {
    write(folder, contents());
  }

  /** Writes a set with so many training images, and 20 test images. */
  public static void writeAll(Path folder, int train) throws IOException {
    write(folder, List.of(images(train), labels(train), images(20), labels(20)));
  }

  private static void write(Path folder, List<byte[]> contents) throws IOException {
    for (int i = 0; i < NAMES.size(); i++) {
      Files.write(folder.resolve(NAMES.get(i)), contents.get(i));
    }
  }
}
