package io.github.dl4jext.network;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Files that appear when all of their content is on the disk; until then an old one stays. A kill,
 * a full disk or content that fails half-way costs no good file.
 *
 * <p>The content goes to a new file beside the old one, is forced to the disk, and then takes the
 * old one's name in one step, where the file system has such a step. The new file has the
 * permissions of any file that the program makes. A symbolic link is replaced, not what it points
 * to. Folders are not made.
 *
 * <p>Any number of threads and programs may write one file: it is then that of the last one.
 */
public final class AtomicFiles {

  private static final String TEMPORARY = ".tmp";

  /** What goes into a file. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes everything.
     *
     * @param out the stream, buffered; it may be closed or left open
     * @throws IOException if it cannot be written; the old file stays
     */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFiles() {}

  /**
   * A text as content, in UTF-8.
   *
   * @param text the text
   * @return what writes it
   */
  public static Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file, or replaces it.
   *
   * @param file the file, in a folder that exists
   * @param content what goes into it
   * @throws IOException if it cannot be written; {@link #reason} says why in few words, and an old
   *     file is as it was
   */
  public static void write(Path file, Content content) throws IOException {
    writeAll(Map.of(file, content));
  }

  /**
   * Writes or replaces several files, none before the content of all of them is on the disk.
   *
   * @param contents what goes into each file, written and replaced in the map's order; a kill
   *     between two of the replacements leaves the first ones new and the others old, each whole
   * @throws IOException if one of them cannot be written; the old files are as they were
   */
  public static void writeAll(Map<Path, ? extends Content> contents) throws IOException {
    Map<Path, Path> temporaries = new LinkedHashMap<>();
    for (Path file : contents.keySet()) {
      temporaries.put(file, temporary(file.toAbsolutePath()));
    }
    try {
      for (Map.Entry<Path, Path> temporary : temporaries.entrySet()) {
        fill(temporary.getValue(), Objects.requireNonNull(contents.get(temporary.getKey())));
      }
      for (Map.Entry<Path, Path> temporary : temporaries.entrySet()) {
        move(temporary.getValue(), temporary.getKey());
      }
    } finally {
      temporaries.values().forEach(AtomicFiles::delete);
    }
  }

  /**
   * Clears away what killed programs left of files that they were about to write.
   *
   * @param folder the folder; nobody else must be writing such files there
   * @param prefix how the names of the files begin
   * @throws IOException if the folder cannot be read or a file not deleted
   */
  public static void deleteUnfinished(Path folder, String prefix) throws IOException {
    List<Path> unfinished;
    try (Stream<Path> files = Files.list(folder)) {
      unfinished =
          files
              .filter(
                  file -> {
                    String name = file.getFileName().toString();
                    return name.startsWith(prefix) && name.endsWith(TEMPORARY);
                  })
              .toList();
    }
    for (Path file : unfinished) {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Why a file cannot be read or written, in few words, for a message that names the file.
   *
   * @param e what reading or writing threw
   * @return such as "it is a folder", "no permission for /etc" or "No space left on device"
   */
  public static String reason(IOException e) {
    if (e instanceof FileSystemException f) {
      if (f.getReason() != null) {
        return f.getReason();
      }
      if (f instanceof AccessDeniedException) {
        return "no permission for " + f.getFile();
      }
      if (f instanceof NoSuchFileException) {
        return "there is no " + f.getFile();
      }
      if (f instanceof FileAlreadyExistsException) {
        return f.getFile() + " is a file, not a folder";
      }
    }
    return e.getClass() == IOException.class && e.getMessage() != null
        ? e.getMessage()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  /** Not createTempFile's, which nobody else may read. */
  private static Path temporary(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a folder");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device such as /dev/null would be replaced by a file, for everybody.
      throw new FileSystemException(file.toString(), null, "it is no ordinary file");
    }
    String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return file.resolveSibling(file.getFileName() + "." + unique + TEMPORARY);
  }

  private static void fill(Path temporary, Content content) throws IOException {
    try (FileChannel channel = open(temporary);
        OutputStream out = new Unclosed(Channels.newOutputStream(channel))) {
      content.writeTo(out);
      out.flush();
      channel.force(true); // or the name may reach the disk before the content
    }
  }

  /** Speaks of the folder: the file's name would tell the user nothing. */
  private static FileChannel open(Path temporary) throws IOException {
    String folder = String.valueOf(temporary.getParent());
    try {
      return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (AccessDeniedException e) {
      throw (IOException) new AccessDeniedException(folder).initCause(e);
    } catch (NoSuchFileException e) {
      throw (IOException) new NoSuchFileException(folder).initCause(e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // What stopped the writing is on its way to the caller, or the file is there.
    }
  }

  /** Whoever closes it has written everything, and the channel must still be forced. */
  private static final class Unclosed extends BufferedOutputStream {

    Unclosed(OutputStream out) {
      super(out, 1 << 16);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
