package io.github.dl4jext.textbook.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads one file in the IDX format: a magic number (two zero bytes, the type of the values, the
 * number of dimensions), each dimension as a big-endian int, then the values, here unsigned bytes.
 * A gzipped file is recognised by its first bytes, not by its name, since some browsers unpack a
 * download and keep its name.
 */
final class IdxFile {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final String MEND =
      "; fetch the file again, or remove it and use --data fashion-mnist";

  private final Path file;

  IdxFile(Path file) {
    this.file = file;
  }

  /** Reads the values of a file whose dimensions are [at least 1, {@code inner}...]. */
  byte[] read(int... inner) {
    byte[] all = unpacked();
    int dimensions = inner.length + 1;
    int header = 4 + 4 * dimensions;
    if (all.length < header) {
      throw problem(
          "is truncated: it has " + all.length + " bytes, and the header alone takes " + header);
    }
    ByteBuffer in = ByteBuffer.wrap(all);
    int expected = 0x0800 + dimensions;
    int magic = in.getInt();
    if (magic != expected) {
      throw problem(
          String.format(
              Locale.ROOT,
              "starts with the magic number 0x%08x, expected 0x%08x (unsigned bytes, %d dimension%s): it is another kind of file",
              magic,
              expected,
              dimensions,
              dimensions == 1 ? "" : "s"));
    }
    long count = Integer.toUnsignedLong(in.getInt());
    int[] found = new int[inner.length];
    Arrays.setAll(found, i -> in.getInt());
    if (!Arrays.equals(found, inner)) {
      throw problem(
          "has images of "
              + times(found)
              + " pixels, expected "
              + times(inner)
              + ": it is another data set");
    }
    long promised = Arrays.stream(inner).asLongStream().reduce(count, (a, b) -> a * b);
    if (promised == 0) {
      throw problem("is empty: its header promises 0 items");
    }
    if (in.remaining() < promised) {
      throw problem(
          "is truncated: its header promises %s items in %s bytes, and there are %s"
              .formatted(count, promised, in.remaining()));
    }
    if (in.remaining() > promised) {
      throw problem("has more bytes after the " + count + " items that its header promises");
    }
    return Arrays.copyOfRange(all, header, all.length);
  }

  private byte[] unpacked() {
    try (PushbackInputStream raw = new PushbackInputStream(Files.newInputStream(file), 2)) {
      byte[] start = raw.readNBytes(2);
      if (start.length == 0) {
        throw problem("is empty");
      }
      raw.unread(start);
      boolean isGzipped =
          start.length == 2 && Short.toUnsignedInt(ByteBuffer.wrap(start).getShort()) == GZIP_MAGIC;
      InputStream in = isGzipped ? new GZIPInputStream(raw, 1 << 16) : raw;
      return in.readAllBytes();
    } catch (EOFException e) {
      throw new DataException(file + " is truncated: its gzip stream ends early" + MEND, e);
    } catch (ZipException e) {
      throw new DataException(file + " is a corrupt gzip file (" + e.getMessage() + ")" + MEND, e);
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be read (" + e + "): check that it is a file that you may read", e);
    }
  }

  private static String times(int[] sizes) {
    return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
  }

  private DataException problem(String what) {
    return new DataException(file + " " + what + MEND);
  }
}
