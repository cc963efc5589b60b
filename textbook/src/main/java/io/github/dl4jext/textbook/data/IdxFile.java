package io.github.dl4jext.textbook.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One file in the IDX format: a magic number (two zero bytes, the type of the values, the number of
 * dimensions), each dimension as a big-endian int, then the values, here unsigned bytes. It may be
 * gzipped, which its first bytes tell, whatever it is called: some browsers unpack what they
 * download and leave the name as it was.
 */
final class IdxFile {
  private static final int GZIP_1 = 0x1f;
  private static final int GZIP_2 = 0x8b;
  private static final String MEND =
      "; fetch the file again, or take it away and use --data fashion-mnist";

  private final Path file;

  IdxFile(Path file) {
    this.file = file;
  }

  /** The values of a file whose dimensions are [any number from 1, {@code inner}...]. */
  byte[] read(int... inner) {
    try (InputStream in = open()) {
      int dimensions = inner.length + 1;
      ByteBuffer header = header(in, 4 + 4 * dimensions);
      int expectedMagic = 0x0800 + dimensions;
      int magic = header.getInt();
      if (magic != expectedMagic) {
        throw problem(
            String.format(
                "starts with the magic number 0x%08x, expected 0x%08x (unsigned bytes, %d dimension%s): it is another kind of file",
                magic, expectedMagic, dimensions, dimensions == 1 ? "" : "s"));
      }
      int count = header.getInt();
      long itemBytes = 1;
      for (int i = 0; i < inner.length; i++) {
        int size = header.getInt();
        if (size != inner[i]) {
          int[] found = Arrays.copyOf(inner, inner.length);
          found[i] = size;
          throw problem(
              "has images of "
                  + times(found)
                  + " pixels, expected "
                  + times(inner)
                  + ": it is another data set");
        }
        itemBytes *= size;
      }
      return payload(in, count, itemBytes);
    } catch (EOFException e) {
      throw problem("is truncated: its gzip stream breaks off", e);
    } catch (ZipException e) {
      throw problem("is a corrupt gzip file (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be read (" + e + "): check that it is a file that you may read", e);
    }
  }

  private InputStream open() throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      raw.mark(2);
      int first = raw.read();
      if (first < 0) {
        throw problem("is empty");
      }
      int second = raw.read();
      raw.reset();
      return first == GZIP_1 && second == GZIP_2 ? new GZIPInputStream(raw, 1 << 16) : raw;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private ByteBuffer header(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw problem(
          "is truncated: it has " + bytes.length + " bytes, and the header alone takes " + length);
    }
    return ByteBuffer.wrap(bytes);
  }

  private byte[] payload(InputStream in, int count, long itemBytes) throws IOException {
    long promised = Integer.toUnsignedLong(count) * itemBytes;
    if (promised == 0) {
      throw problem("holds nothing: its header promises 0 items");
    }
    if (count < 0 || promised > Integer.MAX_VALUE - 16) {
      throw problem(
          "has a corrupt header: it promises " + Integer.toUnsignedString(count) + " items");
    }
    // readNBytes asks for memory as bytes arrive, so that a header that promises too much costs
    // nothing.
    byte[] bytes = in.readNBytes((int) promised);
    if (bytes.length < promised) {
      throw problem(
          "is truncated: its header promises "
              + count
              + " items in "
              + promised
              + " bytes, and there are "
              + bytes.length);
    }
    if (in.read() >= 0) {
      throw problem("has more bytes after the " + count + " items that its header promises");
    }
    return bytes;
  }

  private static String times(int[] sizes) {
    return String.join(" x ", Arrays.stream(sizes).mapToObj(Integer::toString).toList());
  }

  private DataException problem(String what) {
    return new DataException(file + " " + what + MEND);
  }

  private DataException problem(String what, Throwable cause) {
    return new DataException(file + " " + what + MEND, cause);
  }
}
