package io.github.dl4jext.textbook.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The folder with {@code results.json}, {@code pictures.json}, {@code results.md} and {@code
 * index.html}. Files are replaced as a whole, so that whatever happens, what is there is valid.
 */
public final class ReportFolder {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String RESULTS = "results.json";
  private static final String PICTURES = "pictures.json";

  private final Path folder;
  private final List<Experiment> experiments;
  private boolean written;

  private ReportFolder(Path folder, List<Experiment> experiments) {
    this.folder = folder;
    this.experiments = experiments;
  }

  /**
   * Makes the folder if need be, and sees to it that reports can be written there.
   *
   * @param experiments that the page can explain
   */
  public static ReportFolder in(Path folder, List<Experiment> experiments) {
    if (folder.toString().isBlank()) {
      throw CliException.usage("--report must name a folder, was \"" + folder + "\"");
    }
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      // Asking for permissions is not enough: the disk may be full or mounted read-only.
      Files.delete(Files.createTempFile(absolute, "probe", ".tmp"));
    } catch (FileAlreadyExistsException e) {
      throw CliException.usage(
          "the report must go to a folder, but " + e.getMessage() + " is a file", e);
    } catch (IOException e) {
      throw CliException.usage(
          "the report cannot be written to the folder " + absolute + ": " + AtomicFiles.reason(e),
          e);
    }
    ReportFolder report = new ReportFolder(absolute, experiments);
    if (Files.isDirectory(report.page())) {
      throw CliException.usage(
          report.page() + " is a folder; move it away, or choose another with --report");
    }
    report.results();
    report.pictures();
    return report;
  }

  public Path page() {
    return folder.resolve("index.html");
  }

  /** Whether this program has written anything; waits for the end of a write that is going on. */
  public synchronized boolean isWritten() {
    return written;
  }

  /** Reads what all the runs so far came to; nothing if there are none. */
  public List<RunResult> results() {
    return read(RESULTS, RunResult.class, "results");
  }

  private List<Drawing> pictures() {
    return read(PICTURES, Drawing.class, "pictures");
  }

  private <T> List<T> read(String name, Class<T> kind, String plural) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<T> read = JSON.readerForListOf(kind).readValue(Files.readAllBytes(file));
      if (read == null || read.contains(null)) {
        throw corrupt(file, plural, "null where an object should be", null);
      }
      return read;
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw corrupt(file, plural, where + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw CliException.usage(file + " cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private static CliException corrupt(Path file, String plural, String what, Throwable cause) {
    return CliException.usage(
        file
            + " is not a list of "
            + plural
            + " ("
            + what
            + "); mend it, move it away, or choose another folder with --report",
        cause);
  }

  /**
   * Puts what one run came to in the place of what an earlier one with the same experiment, data
   * and seed had.
   *
   * @throws CliException if it cannot be written; the files are then as they were
   */
  public synchronized void add(RunResult result, List<Drawing> drawn) {
    List<RunResult> allResults = new ArrayList<>(results());
    allResults.removeIf(old -> old.run().equals(result.run()));
    allResults.add(result);
    List<Drawing> allPictures = new ArrayList<>(pictures());
    allPictures.removeIf(old -> old.run().equals(result.run()));
    allPictures.addAll(drawn);
    String table = ReportMarkdown.render(experiments, allResults);
    String html = new ReportPage(experiments, allResults, allPictures).toHtml();
    try {
      Map<Path, AtomicFiles.Content> contents = new LinkedHashMap<>();
      contents.put(folder.resolve(RESULTS), AtomicFiles.text(json(allResults)));
      contents.put(folder.resolve(PICTURES), AtomicFiles.text(json(allPictures)));
      contents.put(folder.resolve("results.md"), AtomicFiles.text(table));
      contents.put(page(), AtomicFiles.text(html));
      AtomicFiles.writeAll(contents);
    } catch (IOException e) {
      throw CliException.failure(
          "the results cannot be written to "
              + folder
              + ": "
              + AtomicFiles.reason(e)
              + "; what was written before is kept",
          e);
    }
    written = true;
  }

  /** A line per object, so that the file compares well. */
  private static String json(List<?> objects) throws JsonProcessingException {
    StringJoiner lines = new StringJoiner(",\n  ", "[\n  ", "\n]\n").setEmptyValue("[]\n");
    for (Object object : objects) {
      lines.add(JSON.writeValueAsString(object));
    }
    return lines.toString();
  }
}
