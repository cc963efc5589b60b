package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Renders the results as a page that needs no other file and no network. Its script marks in the
 * contents where the reader is; without scripts only that mark is missing.
 */
final class ReportPage {

  private final List<Experiment> experiments;
  private final List<RunResult> results;
  private final List<Drawing> drawings;

  ReportPage(List<Experiment> experiments, List<RunResult> results, List<Drawing> drawings) {
    this.experiments = experiments;
    this.results =
        results.stream()
            .sorted(Comparator.comparing(RunResult::experiment).thenComparing(RunResult::seed))
            .toList();
    this.drawings = drawings;
  }

  String toHtml() {
    List<ImagesReport> parts = parts();
    return PageResource.text(ReportPage.class, "page.html")
        .replace("${style}", PageResource.text(ReportPage.class, "page.css"))
        .replace("${script}", PageResource.text(ReportPage.class, "page.js"))
        .replace("${contents}", joined(parts, ImagesReport::contents))
        .replace("${results}", joined(parts, ImagesReport::html));
  }

  /**
   * One part for each set of images; whole sets of real images come first, then parts, then drawn.
   */
  private List<ImagesReport> parts() {
    List<String> images =
        results.stream()
            .map(RunResult::data)
            .distinct()
            .sorted(
                Comparator.comparing(DataSource::isDrawn)
                    .thenComparing(DataSource::isPart)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    return IntStream.range(0, images.size())
        .mapToObj(i -> new ImagesReport(i, images.get(i), experiments, results, drawings))
        .toList();
  }

  private static String joined(List<ImagesReport> parts, Function<ImagesReport, String> html) {
    return parts.stream().map(html).collect(Collectors.joining());
  }
}
