package io.github.dl4jext.textbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The folder with {@code results.json} and {@code index.html}. Files are replaced as a whole, so
 * that whatever happens, what is there is valid.
 */
final class Report {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectReader READER = MAPPER.readerFor(new TypeReference<List<Result>>() {});

  /** A line per result, so that it reads well and compares well. */
  private static final ObjectWriter WRITER =
      MAPPER.writer(
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                      .withObjectEntrySpacing(Separators.Spacing.AFTER))
              .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
              .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private static final Set<StandardOpenOption> NEW_CONTENT =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  private final Path folder;
  private boolean written;

  private Report(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder if need be, and sees to it that reports can be written there. */
  static Report in(Path folder) {
    if (folder.toString().isBlank()) {
      throw Problem.usage("--report must name a folder, was \"" + folder + "\"");
    }
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      // Asking for permissions is not enough: the disk may be full or mounted read-only.
      Files.delete(Files.createTempFile(absolute, "probe", ".tmp"));
    } catch (FileAlreadyExistsException e) {
      throw Problem.usage(
          "the report must go to a folder, but " + e.getMessage() + " is a file", e);
    } catch (IOException e) {
      throw Problem.usage(
          "the report cannot be written to the folder " + absolute + ": " + reason(e), e);
    }
    Report report = new Report(absolute);
    if (Files.isDirectory(report.page())) {
      throw Problem.usage(
          report.page() + " is a folder; move it away, or choose another with --report");
    }
    report.read();
    return report;
  }

  Path page() {
    return folder.resolve("index.html");
  }

  private Path results() {
    return folder.resolve("results.json");
  }

  /** Whether this program has written anything; waits for the end of a write that is going on. */
  synchronized boolean isWritten() {
    return written;
  }

  /**
   * Puts the results of one run in the place of those that an earlier program had for it.
   *
   * @throws Problem if they cannot be written; the files are then as they were
   */
  synchronized void add(List<Result> run) {
    List<Result> all = new ArrayList<>(read());
    all.removeIf(old -> run.stream().anyMatch(old::sameRun));
    all.addAll(run);
    try {
      replace(results(), WRITER.writeValueAsString(all) + "\n");
      replace(page(), ReportPage.of(all));
    } catch (IOException e) {
      throw Problem.failure(
          "the results cannot be written to "
              + folder
              + ": "
              + reason(e)
              + "; what was written before is kept",
          e);
    }
    written = true;
  }

  List<Result> read() {
    if (!Files.exists(results())) {
      return List.of();
    }
    try {
      List<Result> read = READER.readValue(Files.readAllBytes(results()));
      if (read == null || read.contains(null)) {
        throw corrupt("null where a result should be", null);
      }
      if (!read.stream().allMatch(Result::isComplete)) {
        throw corrupt("null where experiment, data or metric should be", null);
      }
      return read;
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw corrupt(where + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw Problem.usage(results() + " cannot be read: " + reason(e), e);
    }
  }

  private Problem corrupt(String what, Throwable cause) {
    return Problem.usage(
        results()
            + " is not a list of results ("
            + what
            + "); mend it, move it away, or choose another folder with --report",
        cause);
  }

  private void replace(Path file, String text) throws IOException {
    // Not createTempFile, whose files nobody else may read.
    Path whole = folder.resolve(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(whole, NEW_CONTENT)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true); // or the name may reach the disk before the content
      }
      move(whole, file);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
