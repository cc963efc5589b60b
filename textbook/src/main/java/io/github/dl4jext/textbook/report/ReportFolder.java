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
 * index.html}. Each file is replaced as a whole, so that the files are valid at any time.
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
   * Makes the folder if it does not exist, and checks that reports can be written there.
   *
   * @param folder where the report is or will be
   * @param experiments those whose claims, titles and sources the report can show
   * @return the report
   * @throws CliException if the folder cannot be made, written or read
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
          report.page()
              + " is a folder; move it away, or choose another report folder with --report");
    }
    report.results();
    report.pictures();
    return report;
  }

  /** Returns the path of the page, {@code index.html}. */
  public Path page() {
    return folder.resolve("index.html");
  }

  /** Whether this program has written anything; waits until a write in progress has ended. */
  public synchronized boolean isWritten() {
    return written;
  }

  /** Reads the results of all the runs so far; none if there is no file. */
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
            + "); repair it, move it away, or choose another folder with --report",
        cause);
  }

  /**
   * Adds the result and the pictures of a run, in place of those of an earlier run with the same
   * experiment, data and seed.
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

  /** One line per object, so that versions of the file are easy to compare. */
  private static String json(List<?> objects) throws JsonProcessingException {
    StringJoiner lines = new StringJoiner(",\n  ", "[\n  ", "\n]\n").setEmptyValue("[]\n");
    for (Object object : objects) {
      lines.add(JSON.writeValueAsString(object));
    }
    return lines.toString();
  }
}
