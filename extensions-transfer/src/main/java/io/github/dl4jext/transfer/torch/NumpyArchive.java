package io.github.dl4jext.transfer.torch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads the arrays of an {@code .npz} file, compressed or not. Only numbers are read; what NumPy
 * has pickled is refused.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's
 *     format</a>
 */
final class NumpyArchive {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final String ENDING = ".npy";
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']{1,20})', 'fortran_order': (True|False), 'shape': \\(([\\d, ]*)\\),"
              + " \\}\\s*");

  private NumpyArchive() {}

  /** Reads all arrays of floating-point numbers, in the order of the file. */
  static Map<String, INDArray> read(Path file) throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    boolean some = false;
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(ENDING)) {
          some = true;
          String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
          array(file, name, ByteBuffer.wrap(zip.readAllBytes()), arrays);
        }
      }
    }
    if (!some) {
      throw new IOException(
          file + " must be an .npz file of NumPy, was none: write it by np.savez(file, **arrays)");
    }
    return arrays;
  }

  /** Whole numbers, such as the count of batches of a normalization, are passed over. */
  private static void array(Path file, String name, ByteBuffer bytes, Map<String, INDArray> arrays)
      throws IOException {
    Matcher header = HEADER.matcher(header(file, name, bytes));
    if (!header.matches()) {
      throw broken(file, name, "its header cannot be read");
    }
    String type = header.group(1);
    if (type.matches("[<|][iub]\\d")) {
      return;
    }
    if (!type.equals("<f4") && !type.equals("<f8")) {
      throw broken(
          file,
          name,
          "its numbers must be float32 or float64, were " + type + "; convert it first");
    }
    long[] shape;
    try {
      shape =
          Arrays.stream(header.group(3).split(","))
              .map(String::trim)
              .filter(size -> !size.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      Arrays.stream(shape).reduce(Double.BYTES, Math::multiplyExact);
    } catch (ArithmeticException | NumberFormatException beyondAnyFile) {
      throw broken(file, name, "its shape (" + header.group(3) + ") is larger than any file");
    }
    char order = header.group(2).equals("True") ? 'f' : 'c';
    arrays.put(name, numbers(file, name, bytes, type.equals("<f4"), shape, order));
  }

  private static String header(Path file, String name, ByteBuffer bytes) throws IOException {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    if (bytes.remaining() < MAGIC.length + 6) {
      throw broken(file, name, "it ends too soon");
    }
    bytes.get(magic);
    int version = bytes.get();
    bytes.get();
    long length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
    if (!Arrays.equals(magic, MAGIC) || length < 0 || length > bytes.remaining()) {
      throw broken(file, name, "it is no array of NumPy");
    }
    byte[] header = new byte[(int) length];
    bytes.get(header);
    return new String(header, StandardCharsets.US_ASCII);
  }

  private static INDArray numbers(
      Path file, String name, ByteBuffer bytes, boolean single, long[] shape, char order)
      throws IOException {
    long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b); // checked: it fits
    if (bytes.remaining() != count * (single ? Float.BYTES : Double.BYTES)) {
      throw broken(file, name, "it has another length than its shape " + Arrays.toString(shape));
    }
    if (single) {
      float[] floats = new float[(int) count];
      bytes.asFloatBuffer().get(floats);
      return Nd4j.create(floats, shape, order).castTo(DataType.FLOAT);
    }
    double[] doubles = new double[(int) count];
    bytes.asDoubleBuffer().get(doubles);
    return Nd4j.create(doubles, shape, order).castTo(DataType.DOUBLE);
  }

  private static IOException broken(Path file, String name, String what) {
    return new IOException(file + ": the array \"" + name + "\" cannot be taken: " + what);
  }
}
