package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders one experiment on one set of images: first pictures, then figures, then its source. */
final class ExperimentCard {

  /** A table with more rows is folded away. */
  private static final int LONG = 12;

  private final String name;
  private final Optional<Experiment> experiment;
  private final List<RunResult> runs;
  private final PageIds ids;

  /**
   * @param experiment the experiment, if the program still has it; results may be older
   * @param runs of this experiment, at least one
   */
  ExperimentCard(Optional<Experiment> experiment, List<RunResult> runs, PageIds ids) {
    this.name = runs.get(0).experiment();
    this.experiment = experiment;
    this.runs = runs;
    this.ids = ids;
  }

  /**
   * @param drawings the pictures that this experiment drew with its first seed
   */
  String html(Verdicts verdicts, Charts curves, FigureCharts figures, List<Drawing> drawings) {
    List<Verdicts.Compared> own =
        verdicts.figures().stream().filter(one -> one.experiment().equals(name)).toList();
    String charts =
        Stream.of(
                curves.ownOf(name).stream(),
                drawings.stream().map(ExperimentCard::drawing),
                figures.byQuantity(own).stream())
            .flatMap(all -> all)
            .collect(Collectors.joining());
    return """
        <article class="card" id="%s">
        <h4>%s</h4>
        %s%s<div class="body">
        %s%s</div>
        %s</article>
        """
        .formatted(
            ids.of(name),
            escapeXml10(name),
            paragraph("", experiment.map(known -> known.about().title()).orElse("")),
            runs.stream().map(ExperimentCard::failure).collect(Collectors.joining()),
            charts.isEmpty() ? "" : "<div class=\"charts\">\n" + charts + "</div>\n",
            numbers(ReportTables.figuresOf(name, verdicts)),
            folded("How to run it, and the source", command() + source())
                + folded("When and where it ran", ReportTables.runs(runs).toHtml()));
  }

  private static String paragraph(String style, String text) {
    return text.isEmpty()
        ? ""
        : "<p%s>%s</p>\n"
            .formatted(style.isEmpty() ? "" : " class=\"" + style + "\"", escapeXml10(text));
  }

  private static String failure(RunResult run) {
    return run.failed()
        ? paragraph("failed", "seed " + run.seed() + " failed: " + run.failure())
        : "";
  }

  /** A picture that the experiment drew; the title serves as its alternative text. */
  private static String drawing(Drawing drawing) {
    String title = escapeXml10(drawing.title());
    return ChartFigure.html(
        drawing.title(),
        "seed " + drawing.seed(),
        "<div role=\"img\" aria-label=\"" + title + "\">" + drawing.svg() + "</div>",
        List.of(),
        drawing.csv() == null ? "" : Csv.link(drawing.title(), drawing.csv()));
  }

  private static String numbers(ResultTable figures) {
    int rows = figures.rows().size();
    return rows > LONG ? folded("All " + rows + " figures", figures.toHtml()) : figures.toHtml();
  }

  private static String folded(String summary, String html) {
    return "<details><summary>" + summary + "</summary>\n" + html + "</details>\n";
  }

  private String options() {
    String seeds = runs.size() == 1 ? "" : " --seeds " + runs.size();
    return DataSource.options(runs.get(0).data()) + seeds;
  }

  private String command() {
    String command = "./textbook.sh run --again --only " + name + options();
    return "<pre><code>" + escapeXml10(command) + "</code></pre>\n";
  }

  /** The source file of the experiment, which is packaged beside its class. */
  private String source() {
    return experiment
        .map(known -> known.getClass().getNestHost())
        .map(file -> PageResource.text(file, file.getSimpleName() + ".java"))
        .filter(text -> !text.isEmpty())
        .map(text -> "<pre tabindex=\"0\"><code>" + escapeXml10(text) + "</code></pre>\n")
        .orElse("");
  }
}
