package io.github.dl4jext.transfer;

import io.github.dl4jext.spi.WholeFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of features and labels in a file: a sign, the batches one after the other, each with a 1
 * before it, a 0, and the checksum of all that. A file is there whole or not at all.
 */
final class FeatureFile {

  private static final long SIGN = 0x444c344a46454154L; // "DL4JFEAT"

  private FeatureFile() {}

  /** Writes beside the place, then moves. */
  static void write(Path file, Iterator<DataSet> batches) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    WholeFile.write(
        file,
        raw -> {
          CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32());
          DataOutputStream out = new DataOutputStream(checked);
          out.writeLong(SIGN);
          while (batches.hasNext()) {
            DataSet batch = batches.next();
            out.writeByte(1);
            write(batch.getFeatures(), out);
            write(batch.getLabels(), out);
            write(batch.getLabelsMaskArray(), out);
          }
          out.writeByte(0);
          out.writeLong(checked.getChecksum().getValue());
        });
  }

  /** Type, order, shape and bytes; by the order dropout's mask differs, so that it is kept. */
  private static void write(INDArray array, DataOutputStream out) throws IOException {
    out.writeBoolean(array != null);
    if (array != null) {
      out.writeUTF(array.dataType().name());
      out.writeChar(array.ordering());
      out.writeByte(array.rank());
      for (long size : array.shape()) {
        out.writeLong(size);
      }
      INDArray plain = array.dup(array.ordering());
      byte[] bytes = new byte[Math.toIntExact(plain.length() * plain.dataType().width())];
      plain.data().asNio().order(ByteOrder.nativeOrder()).get(bytes);
      out.write(bytes);
    }
  }

  /** Whether there is such a file, and it is whole. */
  static boolean isWhole(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) < 2 * Long.BYTES + 1) {
      return false;
    }
    CRC32 sum = new CRC32();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      long left = Files.size(file) - Long.BYTES;
      byte[] buffer = new byte[1 << 16];
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          return false;
        }
        sum.update(buffer, 0, read);
        left -= read;
      }
      return new DataInputStream(in).readLong() == sum.getValue();
    }
  }

  /** Goes through a file once. */
  static final class Reader implements Iterator<DataSet>, AutoCloseable {

    private final DataInputStream in;
    private boolean more;

    Reader(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
      if (in.readLong() != SIGN) {
        throw new IOException(file + " is no file of features");
      }
      more = in.readByte() == 1;
    }

    @Override
    public boolean hasNext() {
      return more;
    }

    @Override
    public DataSet next() {
      if (!more) {
        throw new NoSuchElementException();
      }
      try {
        INDArray features = array();
        INDArray labels = array();
        DataSet batch = new DataSet(features, labels, null, array());
        more = in.readByte() == 1;
        return batch;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private INDArray array() throws IOException {
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
      byte[] bytes = new byte[Math.toIntExact(array.length() * type.width())];
      in.readFully(bytes);
      array.data().asNio().order(ByteOrder.nativeOrder()).put(bytes);
      return array;
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
