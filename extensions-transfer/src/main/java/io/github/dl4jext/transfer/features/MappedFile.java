package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.AtomicFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory that is the system's page cache, so that the next epoch finds what one epoch has
 * read, as long as there is memory. A mapping takes 2 GB at most, so that there are several.
 *
 * <p>Closing lets go of the mappings; Java 17 has no way to end one at once, and leaves that to the
 * garbage collector. Windows does not let a file be deleted before.
 */
final class MappedFile extends InputStream {

  static final long SEGMENT = 1L << 30;

  private final long segment;
  private final long size;
  private MappedByteBuffer @Nullable [] segments;
  private long position;

  MappedFile(Path file) throws IOException {
    this(file, SEGMENT);
  }

  MappedFile(Path file, long segment) throws IOException {
    this.segment = segment;
    this.segments = AtomicFiles.uninterrupted(() -> map(file, segment));
    this.size = Arrays.stream(segments).mapToLong(MappedByteBuffer::limit).sum();
  }

  private static MappedByteBuffer[] map(Path file, long segment) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      var segments = new MappedByteBuffer[Math.toIntExact((size + segment - 1) / segment)];
      for (int i = 0; i < segments.length; i++) {
        long from = i * segment;
        segments[i] =
            channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(segment, size - from));
      }
      return segments;
    }
  }

  /** Back to the beginning. */
  void rewind() {
    position = 0;
  }

  /** Fills a buffer. */
  void readFully(ByteBuffer target) throws IOException {
    if (target.remaining() > size - position) {
      throw new EOFException();
    }
    while (target.hasRemaining()) {
      copy(target, target.remaining());
    }
  }

  /** Copies up to the end of a segment. */
  private int copy(ByteBuffer target, int most) throws IOException {
    if (segments == null) {
      throw new IOException("the file is closed");
    }
    MappedByteBuffer from = segments[(int) (position / segment)];
    int offset = (int) (position % segment);
    int count = Math.min(most, from.limit() - offset);
    target.put(from.slice(offset, count));
    position += count;
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    }
    return position == size ? -1 : copy(ByteBuffer.wrap(target, offset, count), count);
  }

  @Override
  public void close() {
    segments = null;
  }
}
