package io.github.dl4jext.listeners.diagnosis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Adds lines to a CSV file while training runs. It is no use to anyone if it only appears at the
 * end, so there is no temporary file: the lines of one step are written together, and what a kill
 * left of a line is cut off when the file is opened again.
 */
final class CsvLog {

  private final String plugin;
  private final Path file;
  private final String header;

  /** Makes the file, or resumes one that has the same header. */
  CsvLog(String plugin, Path file, String header) {
    this.plugin = plugin;
    this.header = header;
    this.file = file.toAbsolutePath();
    try {
      Files.createDirectories(this.file.getParent());
      if (isNew()) {
        write(header + "\n");
      } else {
        resume();
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private boolean isNew() throws IOException {
    return !Files.exists(file) || Files.size(file) == 0;
  }

  private void resume() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int whole = bytes.length;
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    String first = new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    if (whole == 0 || !first.equals(header)) {
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
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(whole);
    }
  }

  void add(List<List<?>> rows) {
    try {
      String start = isNew() ? header + "\n" : ""; // it may have been moved away
      write(rows.stream().map(CsvLog::line).collect(Collectors.joining("", start, "")));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void write(String lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
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

  /** Quotes a cell if need be: layers may have any name. */
  private static String quoted(String cell) {
    return cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
