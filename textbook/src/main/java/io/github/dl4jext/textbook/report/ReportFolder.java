package io.github.dl4jext.textbook.report;

import io.github.dl4jext.spi.WholeFile;
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

/**
 * The folder with {@code results.json}, {@code pictures.json}, {@code results.md} and {@code
 * index.html}. Files are replaced as a whole, so that whatever happens, what is there is valid.
 */
public final class ReportFolder {

  private final Path folder;
  private final JsonList<RunResult> results;
  private final JsonList<Drawing> pictures;
  private final List<Experiment> experiments;
  private boolean written;

  private ReportFolder(Path folder, List<Experiment> experiments) {
    this.folder = folder;
    this.experiments = experiments;
    results =
        new JsonList<>(
            folder.resolve("results.json"), RunResult.class, "results", RunResult::isComplete);
    pictures =
        new JsonList<>(
            folder.resolve("pictures.json"), Drawing.class, "pictures", Drawing::isComplete);
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
          "the report cannot be written to the folder " + absolute + ": " + WholeFile.reason(e), e);
    }
    ReportFolder report = new ReportFolder(absolute, experiments);
    if (Files.isDirectory(report.page())) {
      throw CliException.usage(
          report.page() + " is a folder; move it away, or choose another with --report");
    }
    report.results.read();
    report.pictures.read();
    return report;
  }

  public Path page() {
    return folder.resolve("index.html");
  }

  /** Whether this program has written anything; waits for the end of a write that is going on. */
  public synchronized boolean isWritten() {
    return written;
  }

  public Path folder() {
    return folder;
  }

  /** What all the runs so far came to. */
  public List<RunResult> results() {
    return results.read();
  }

  public List<Drawing> pictures() {
    return pictures.read();
  }

  /**
   * Puts what one run came to in the place of what an earlier one with the same experiment, data
   * and seed had.
   *
   * @throws CliException if it cannot be written; the files are then as they were
   */
  public synchronized void add(RunResult result, List<Drawing> drawn) {
    List<RunResult> allResults = new ArrayList<>(results.read());
    allResults.removeIf(old -> old.run().equals(result.run()));
    allResults.add(result);
    List<Drawing> allPictures = new ArrayList<>(pictures.read());
    allPictures.removeIf(old -> old.run().equals(result.run()));
    allPictures.addAll(drawn);
    try {
      Map<Path, WholeFile.Content> contents = new LinkedHashMap<>();
      contents.put(results.file(), WholeFile.text(JsonList.text(allResults)));
      contents.put(pictures.file(), WholeFile.text(JsonList.text(allPictures)));
      String table = new ReportTable(experiments, allResults).toMarkdown();
      contents.put(folder.resolve("results.md"), WholeFile.text(table));
      String html = new ReportPage(experiments, allResults, allPictures).toHtml();
      contents.put(page(), WholeFile.text(html));
      WholeFile.writeAll(contents);
    } catch (IOException e) {
      throw CliException.failure(
          "the results cannot be written to "
              + folder
              + ": "
              + WholeFile.reason(e)
              + "; what was written before is kept",
          e);
    }
    written = true;
  }
}
