package io.github.dl4jext.textbook;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/** Files that take the place of old ones when the content of all of them is on the disk. */
final class WholeFiles {

  private static final Set<StandardOpenOption> NEW_CONTENT =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  private WholeFiles() {}

  /** If there is no room for one of them, none is replaced. */
  static void replace(Map<Path, String> contents) throws IOException {
    try {
      for (Map.Entry<Path, String> content : contents.entrySet()) {
        write(temporary(content.getKey()), content.getValue());
      }
      for (Path file : contents.keySet()) {
        move(temporary(file), file);
      }
    } finally {
      for (Path file : contents.keySet()) {
        Files.deleteIfExists(temporary(file));
      }
    }
  }

  /** Not createTempFile, whose files nobody else may read. */
  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, NEW_CONTENT)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true); // or the name may reach the disk before the content
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
