package io.github.dl4jext.textbook;

import io.github.dl4jext.network.AtomicFiles;
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
final class Report {

  private final Path folder;
  private final JsonList<Result> results;
  private final JsonList<Picture> pictures;
  private final List<Experiment> experiments;
  private boolean written;

  private Report(Path folder, List<Experiment> experiments) {
    this.folder = folder;
    this.experiments = experiments;
    results =
        new JsonList<>(folder.resolve("results.json"), Result.class, "results", Result::isComplete);
    pictures =
        new JsonList<>(
            folder.resolve("pictures.json"), Picture.class, "pictures", Picture::isComplete);
  }

  /**
   * Makes the folder if need be, and sees to it that reports can be written there.
   *
   * @param experiments that the page can explain
   */
  static Report in(Path folder, List<Experiment> experiments) {
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
          "the report cannot be written to the folder " + absolute + ": " + AtomicFiles.reason(e),
          e);
    }
    Report report = new Report(absolute, experiments);
    if (Files.isDirectory(report.page())) {
      throw Problem.usage(
          report.page() + " is a folder; move it away, or choose another with --report");
    }
    report.results.read();
    report.pictures.read();
    return report;
  }

  Path page() {
    return folder.resolve("index.html");
  }

  /** Whether this program has written anything; waits for the end of a write that is going on. */
  synchronized boolean isWritten() {
    return written;
  }

  Path folder() {
    return folder;
  }

  /** What all the runs so far came to. */
  List<Result> results() {
    return results.read();
  }

  List<Picture> pictures() {
    return pictures.read();
  }

  /**
   * Puts what one run came to in the place of what an earlier one with the same experiment, data
   * and seed had.
   *
   * @throws Problem if it cannot be written; the files are then as they were
   */
  synchronized void add(Result result, List<Picture> drawn) {
    List<Result> allResults = new ArrayList<>(results.read());
    allResults.removeIf(old -> old.run().equals(result.run()));
    allResults.add(result);
    List<Picture> allPictures = new ArrayList<>(pictures.read());
    allPictures.removeIf(old -> old.run().equals(result.run()));
    allPictures.addAll(drawn);
    try {
      Map<Path, AtomicFiles.Content> contents = new LinkedHashMap<>();
      contents.put(results.file(), AtomicFiles.text(JsonList.text(allResults)));
      contents.put(pictures.file(), AtomicFiles.text(JsonList.text(allPictures)));
      String table = new ReportTable(experiments, allResults).toMarkdown();
      contents.put(folder.resolve("results.md"), AtomicFiles.text(table));
      String html = new ReportPage(experiments, allResults, allPictures).toHtml();
      contents.put(page(), AtomicFiles.text(html));
      AtomicFiles.writeAll(contents);
    } catch (IOException e) {
      throw Problem.failure(
          "the results cannot be written to "
              + folder
              + ": "
              + AtomicFiles.reason(e)
              + "; what was written before is kept",
          e);
    }
    written = true;
  }
}
