package io.github.dl4jext.listeners.diagnosis;

import io.github.dl4jext.network.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Adds lines to a CSV file while training runs. The file must be readable during training, so there
 * is no temporary file. The lines of one step are written together, and a line that a kill left
 * incomplete is cut off when the file is opened again.
 */
final class CsvLog {

  private final String plugin;
  private final Path file;
  private final String header;

  /** Whether the last lines may be incomplete. */
  private boolean torn;

  /** Creates the file, or continues one that has the same header. */
  CsvLog(String plugin, Path file, String header) {
    this.plugin = plugin;
    this.header = header;
    this.file = file.toAbsolutePath();
    try {
      prepare();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Creates the file with its header, or cuts off a line that a kill or a full disk left
   * incomplete.
   */
  private void prepare() throws IOException {
    Files.createDirectories(file.getParent());
    byte[] bytes = isNew() ? new byte[0] : Files.readAllBytes(file);
    int whole = bytes.length;
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    String first = new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    if (whole == 0 ? !header.startsWith(first) : !first.equals(header)) {
      throw new IllegalArgumentException(
          plugin
              + ": file must be new, or a log with the header \""
              + header
              + "\", was "
              + file
              + " with \""
              + first
              + "\"; move that file away or name another");
    }
    if (whole < bytes.length) {
      cut(whole);
    }
    if (whole == 0) {
      write(header + "\n");
    }
    torn = false;
  }

  private boolean isNew() throws IOException {
    try {
      return Files.size(file) == 0;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private void cut(int length) throws IOException {
    AtomicFiles.uninterrupted(
        () -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.truncate(length);
          }
        });
  }

  /** Adds lines. If the file or its folder was moved away, it is created again. */
  synchronized void add(List<List<?>> rows) {
    try {
      if (torn || isNew()) {
        prepare();
      }
      write(rows.stream().map(CsvLog::line).collect(Collectors.joining()));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void write(String lines) throws IOException {
    torn = true;
    // a stream, not a channel: an interruption of the thread closes channels
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
    torn = false;
  }

  private UncheckedIOException unwritable(IOException e) {
    return new UncheckedIOException(
        plugin + ": file must be writable, was " + file + " (" + e + ")", e);
  }

  private static String line(List<?> cells) {
    return cells.stream()
        .map(String::valueOf)
        .map(CsvLog::quoted)
        .collect(Collectors.joining(",", "", "\n"));
  }

  /** Quotes a cell if necessary, because layers may have any name. */
  private static String quoted(String cell) {
    return cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
