package io.github.dl4jext.network;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces files as a whole: a new file appears when all of its content is on the disk, and until
 * then the old one stays. A kill, a full disk, or content that fails half-way never destroys a good
 * file.
 *
 * <p>The content goes to a new file beside the old one, is forced to the disk, and then takes the
 * old one's name in one step, where the file system has such a step. The new file has the default
 * permissions of the files that the program makes. A symbolic link is replaced, not what it points
 * to. Folders are not made.
 *
 * <p>Any number of threads and programs may write the same file; the last one determines its
 * content. A thread that is or gets interrupted still writes the file, and stays interrupted.
 */
public final class AtomicFiles {

  private static final String TEMPORARY = ".tmp";

  /** The name of a temporary file contains the id of the process that writes it. */
  private static final Pattern OWNER = Pattern.compile(".*\\.(\\d+)-[0-9a-f]+\\.tmp");

  /** The temporary files that this process is writing now. */
  private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

  /** The content of a file. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes the whole content.
     *
     * @param out the stream, buffered; it may be closed or left open
     * @throws IOException if it cannot be written; the old file stays
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Work on files.
   *
   * @param <T> the type of its result
   */
  @FunctionalInterface
  public interface Work<T> {

    /**
     * Does the work.
     *
     * @return the result
     * @throws IOException if it fails
     */
    T run() throws IOException;
  }

  private AtomicFiles() {}

  /**
   * A text as content, in UTF-8.
   *
   * @param text the text
   * @return content that writes it
   */
  public static Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file, or replaces it.
   *
   * @param file the file, in a folder that exists
   * @param content its content
   * @throws IOException if it cannot be written; {@link #reason} says why in few words, and an old
   *     file is as it was
   */
  public static void write(Path file, Content content) throws IOException {
    writeAll(Map.of(file, content));
  }

  /**
   * Writes or replaces several files, none before the content of all of them is on the disk.
   *
   * @param contents the content of each file; files are written and replaced in the map's order,
   *     and a kill between two of the replacements leaves the first ones new and the others old,
   *     each whole
   * @throws IOException if the content of one of them cannot be written: then the old files are as
   *     they were; or if one cannot be replaced: then those before it are new, each whole
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
      UNFINISHED.removeAll(temporaries.values());
    }
  }

  /**
   * Deletes the temporary files that killed programs have left behind. Those that running programs
   * of this machine are writing are kept.
   *
   * @param folder the folder; programs of other machines must not be writing such files there
   * @param files the names of the files, as a glob such as {@code "model-*"}
   * @throws IOException if the folder cannot be read or a file not deleted
   */
  public static void deleteUnfinished(Path folder, String files) throws IOException {
    try (DirectoryStream<Path> unfinished =
        Files.newDirectoryStream(folder, files + "*" + TEMPORARY)) {
      for (Path file : unfinished) {
        if (!isBeingWritten(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static boolean isBeingWritten(Path temporary) {
    Matcher owner = OWNER.matcher(temporary.getFileName().toString());
    if (!owner.matches()) {
      return false;
    }
    long process = Long.parseLong(owner.group(1));
    return process == ProcessHandle.current().pid()
        ? UNFINISHED.contains(temporary.toAbsolutePath())
        : ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
  }

  /**
   * Does work that an interruption of the thread would end, as it ends every operation on a
   * channel. Afterwards the thread is interrupted again, for code that waits for that.
   *
   * @param work the work, which is done again from its beginning if an interruption ends it
   * @param <T> the type of its result
   * @return the work's result
   * @throws IOException if the work fails for another reason
   */
  public static <T> T uninterrupted(Work<T> work) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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

  /**
   * Chooses the name of a temporary file. Those of createTempFile would be unreadable for others.
   */
  private static Path temporary(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a folder");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device such as /dev/null would be replaced by a file, for everybody.
      throw new FileSystemException(file.toString(), null, "it is not a regular file");
    }
    String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path temporary =
        file.resolveSibling(
            file.getFileName() + "." + ProcessHandle.current().pid() + "-" + unique + TEMPORARY);
    UNFINISHED.add(temporary);
    return temporary;
  }

  private static void fill(Path temporary, Content content) throws IOException {
    try (OutputStream out = new BufferedOutputStream(open(temporary), 1 << 16)) {
      content.writeTo(out);
      out.flush();
    }
    uninterrupted(
        () -> {
          try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true); // otherwise the name may reach the disk before the content
            return temporary;
          }
        });
  }

  /**
   * Opens the file. Exceptions name its folder: a temporary file's name would tell the user
   * nothing.
   */
  private static OutputStream open(Path temporary) throws IOException {
    String folder = String.valueOf(temporary.getParent());
    try {
      // a stream, not a channel: an interruption of the thread closes channels
      return Files.newOutputStream(
          temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
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
      // The caller gets the exception that stopped the writing, or the file has been written.
    }
  }
}
