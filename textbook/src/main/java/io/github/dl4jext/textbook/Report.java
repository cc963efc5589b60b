package io.github.dl4jext.textbook;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder with {@code results.json}, {@code curves.json} and {@code index.html}. Files are
 * replaced as a whole, so that whatever happens, what is there is valid.
 */
final class Report {

  private final Path folder;
  private final JsonList<Result> results;
  private final JsonList<Curve> curves;
  private boolean written;

  private Report(Path folder) {
    this.folder = folder;
    results =
        new JsonList<>(folder.resolve("results.json"), Result.class, "results", Result::isComplete);
    curves =
        new JsonList<>(folder.resolve("curves.json"), Curve.class, "curves", Curve::isComplete);
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
          "the report cannot be written to the folder " + absolute + ": " + Problem.reason(e), e);
    }
    Report report = new Report(absolute);
    if (Files.isDirectory(report.page())) {
      throw Problem.usage(
          report.page() + " is a folder; move it away, or choose another with --report");
    }
    report.results.read();
    report.curves.read();
    return report;
  }

  Path page() {
    return folder.resolve("index.html");
  }

  /** Whether this program has written anything; waits for the end of a write that is going on. */
  synchronized boolean isWritten() {
    return written;
  }

  /**
   * Puts what one run came to in the place of what an earlier one with the same experiment, data
   * and seed had.
   *
   * @throws Problem if it cannot be written; the files are then as they were
   */
  synchronized void add(Run run) {
    List<Result> allResults = new ArrayList<>(results.read());
    allResults.removeIf(old -> old.run().equals(run.id()));
    allResults.addAll(run.results());
    List<Curve> allCurves = new ArrayList<>(curves.read());
    allCurves.removeIf(old -> old.run().equals(run.id()));
    allCurves.addAll(run.curves());
    try {
      Map<Path, String> contents = new LinkedHashMap<>();
      contents.put(results.file(), JsonList.text(allResults));
      contents.put(curves.file(), JsonList.text(allCurves));
      contents.put(page(), ReportPage.of(allResults, allCurves));
      WholeFiles.replace(contents);
    } catch (IOException e) {
      throw Problem.failure(
          "the results cannot be written to "
              + folder
              + ": "
              + Problem.reason(e)
              + "; what was written before is kept",
          e);
    }
    written = true;
  }
}
