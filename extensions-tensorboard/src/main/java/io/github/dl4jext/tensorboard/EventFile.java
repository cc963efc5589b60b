package io.github.dl4jext.tensorboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Appends events to a separate file in a folder. Each event is written at once, so that TensorBoard
 * shows a training while it runs, and no event is lost when the run is killed.
 *
 * <p>A record is its length (8 bytes, little-endian), a checksum of the length, the event, and a
 * checksum of the event: CRC32C, rotated by 15 bits, plus a constant.
 */
final class EventFile {

  private static final int SESSION_START = 1;
  private static final int MASK = 0xa282ead8;

  private final Path file;
  private final Clock clock;
  private final boolean othersAreThere;
  private boolean isStarted;

  /** The position of the next record, which overwrites one that a full disk cut off. */
  private long size;

  private EventFile(Path file, Clock clock, boolean othersAreThere) {
    this.file = file;
    this.clock = clock;
    this.othersAreThere = othersAreThere;
  }

  /**
   * Creates the folder if it is missing, and in it a file whose name sorts after the earlier ones.
   */
  static EventFile createIn(Path folder, Clock clock) {
    try {
      Files.createDirectories(folder);
      boolean others;
      try (Stream<Path> files = Files.list(folder)) {
        others = files.anyMatch(each -> each.getFileName().toString().contains(".tfevents."));
      }
      EventFile made = new EventFile(createNew(folder, clock.millis()), clock, others);
      made.append(made.event(0).text(3, "brain.Event:2"));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(
          TensorBoard.NAME + ": folder " + folder + " must be writable (" + e + ")", e);
    }
  }

  private static Path createNew(Path folder, long millis) throws IOException {
    for (int attempt = 0; ; attempt++) {
      String name = "events.out.tfevents.%010d.%06d.dl4j";
      Path file =
          folder.resolve(
              String.format(Locale.ROOT, name, millis / 1000, millis % 1000 * 1000 + attempt));
      try {
        return Files.createFile(file);
      } catch (FileAlreadyExistsException taken) {
        if (attempt == 999) {
          throw taken;
        }
      }
    }
  }

  /**
   * Appends the summary of a step. The first call tells TensorBoard to discard what earlier files
   * of the folder contain about this step and later ones, because a resumed training does those
   * steps again.
   */
  synchronized void write(long step, Summary summary) {
    if (!isStarted && othersAreThere) {
      append(event(step).message(7, new Message().whole(1, SESSION_START)));
    }
    isStarted = true;
    if (!summary.isEmpty()) {
      append(event(step).message(5, summary.message()));
    }
  }

  private Message event(long step) {
    return new Message().number(1, clock.millis() / 1000.0).whole(2, step);
  }

  private void append(Message event) {
    byte[] bytes = event.bytes();
    ByteBuffer record = ByteBuffer.allocate(bytes.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(bytes.length);
    record.putInt(checksum(record.array(), 0, 8));
    record.put(bytes);
    record.putInt(checksum(bytes, 0, bytes.length));
    record.flip();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long to = size; record.hasRemaining(); ) {
        to += channel.write(record, to);
      }
      size += record.limit();
    } catch (IOException e) {
      throw new UncheckedIOException(
          TensorBoard.NAME + ": file " + file + " must be writable (" + e + ")", e);
    }
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  Path file() {
    return file;
  }
}
