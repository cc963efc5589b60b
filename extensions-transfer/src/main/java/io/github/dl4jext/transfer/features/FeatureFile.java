package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.network.HostMemory;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches in a file, which is complete or does not exist.
 *
 * <p>A head: the sign, the version, and whether arrays have the least byte first. Then the batches,
 * each with a 1 before it, and a 0. A batch has four groups: features, labels, masks of features,
 * masks of labels; a group is the number of its arrays, -1 for no group, and the arrays; an array
 * is whether it is there, its type, order, rank and shape, and its memory. Last comes the CRC-32 of
 * all that.
 */
final class FeatureFile {

  private static final long SIGN = 0x444c344a46454154L; // "DL4JFEAT"
  private static final int VERSION = 2;

  static final String SUFFIX = ".features";

  /** Sign, version, byte order. */
  private static final int HEAD = Long.BYTES + Integer.BYTES + 1;

  private FeatureFile() {}

  /** Writes beside the place, then moves; clears away what killed programs left of such files. */
  static void write(Path file, Iterator<MultiDataSet> batches) throws IOException {
    Path folder =
        Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    Files.createDirectories(folder);
    AtomicFiles.deleteUnfinished(folder, "*" + SUFFIX);
    AtomicFiles.write(
        file,
        raw -> {
          CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32());
          DataOutputStream out = new DataOutputStream(checked);
          out.write(head());
          while (batches.hasNext()) {
            MultiDataSet batch = batches.next();
            out.writeByte(1);
            write(batch.getFeatures(), out);
            write(batch.getLabels(), out);
            write(batch.getFeaturesMaskArrays(), out);
            write(batch.getLabelsMaskArrays(), out);
          }
          out.writeByte(0);
          out.writeLong(checked.getChecksum().getValue());
        });
  }

  private static byte[] head() {
    return ByteBuffer.allocate(HEAD)
        .putLong(SIGN)
        .putInt(VERSION)
        .put((byte) (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1 : 0))
        .array();
  }

  private static void write(INDArray @Nullable [] arrays, DataOutputStream out) throws IOException {
    out.writeInt(arrays == null ? -1 : arrays.length);
    if (arrays != null) {
      for (INDArray array : arrays) {
        write(array, out);
      }
    }
  }

  /** The order is kept, as dropout's mask differs by it. */
  private static void write(@Nullable INDArray array, DataOutputStream out) throws IOException {
    out.writeBoolean(array != null);
    if (array != null) {
      out.writeUTF(array.dataType().name());
      out.writeChar(array.ordering());
      out.writeByte(array.rank());
      for (long size : array.shape()) {
        out.writeLong(size);
      }
      ByteBuffer bytes = FeatureBytes.of(array, array.ordering());
      byte[] piece = new byte[Math.min(bytes.remaining(), 1 << 16)];
      while (bytes.hasRemaining()) {
        int count = Math.min(bytes.remaining(), piece.length);
        bytes.get(piece, 0, count);
        out.write(piece, 0, count); // a channel would be closed by an interruption of the thread
      }
    }
  }

  /** Whether there is such a file, written whole by this version on a machine such as this. */
  static boolean isWhole(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) < HEAD + 1 + Long.BYTES) {
      return false;
    }
    CRC32 sum = new CRC32();
    // as a stream: a mapping would keep a damaged file from being replaced on Windows
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      byte[] head = in.readNBytes(HEAD);
      sum.update(head);
      long left = Files.size(file) - HEAD - Long.BYTES;
      byte[] buffer = new byte[1 << 16];
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          return false;
        }
        sum.update(buffer, 0, read);
        left -= read;
      }
      return Arrays.equals(head, head()) && new DataInputStream(in).readLong() == sum.getValue();
    }
  }

  /** Goes through a file, again and again; arrays are made batch by batch. */
  static final class Reader implements Iterable<MultiDataSet>, AutoCloseable {

    private final MappedFile file;
    private final DataInputStream in;

    Reader(Path file) throws IOException {
      this(new MappedFile(file));
    }

    Reader(MappedFile file) {
      this.file = file;
      this.in = new DataInputStream(file);
    }

    /** From the first batch on; ends what an iterator from before has left. */
    @Override
    public Iterator<MultiDataSet> iterator() {
      try {
        file.rewind();
        in.skipNBytes(HEAD);
        boolean some = in.readByte() == 1;
        return new Iterator<>() {
          private boolean more = some;

          @Override
          public boolean hasNext() {
            return more;
          }

          @Override
          public MultiDataSet next() {
            if (!more) {
              throw new NoSuchElementException();
            }
            try {
              INDArray[] features = arrays();
              INDArray[] labels = arrays();
              INDArray[] featureMasks = arrays();
              MultiDataSet batch =
                  new org.nd4j.linalg.dataset.MultiDataSet(
                      features, labels, featureMasks, arrays());
              more = in.readByte() == 1;
              return batch;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private INDArray @Nullable [] arrays() throws IOException {
      int count = in.readInt();
      if (count < 0) {
        return null;
      }
      INDArray[] arrays = new INDArray[count];
      for (int i = 0; i < count; i++) {
        arrays[i] = array();
      }
      return arrays;
    }

    private @Nullable INDArray array() throws IOException {
      if (!in.readBoolean()) {
        return null;
      }
      DataType type = DataType.valueOf(in.readUTF());
      char order = in.readChar();
      long[] shape = new long[in.readByte()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = in.readLong();
      }
      INDArray array = Nd4j.createUninitialized(type, shape, order);
      file.readFully(FeatureBytes.of(array));
      HostMemory.written(array);
      return array;
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
