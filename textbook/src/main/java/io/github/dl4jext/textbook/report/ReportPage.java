package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunKey;
import io.github.dl4jext.textbook.api.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Renders the results as a page that needs nothing else: no script, no other file, no network. */
final class ReportPage {

  private static final String DRAWN =
      "These images are drawn by the program. The book's figures are of real ones, and say nothing"
          + " about these; what must hold here are the relations.";
  private static final String PART =
      "These are not all the images there are. The book's figures are of networks that saw all of"
          + " them, and say nothing about these; what must hold here are the relations.";
  private static final String REAL =
      "Ours is the mean over the seeds, with the standard deviation of a single run. A figure"
          + " agrees with the book's if it is at least that minus the allowance.";

  private final List<Experiment> experiments;
  private final List<RunResult> results;
  private final List<Drawing> drawings;

  ReportPage(List<Experiment> experiments, List<RunResult> results, List<Drawing> drawings) {
    this.experiments = experiments;
    this.results =
        results.stream()
            .sorted(
                Comparator.comparing(RunResult::data)
                    .thenComparing(RunResult::experiment)
                    .thenComparing(RunResult::seed))
            .toList();
    this.drawings = drawings;
  }

  String toHtml() {
    List<String> images = results.stream().map(RunResult::data).distinct().toList();
    return resource(ReportPage.class, "page.html")
        .replace("${results}", joined(images, this::images));
  }

  private String images(String data) {
    List<RunResult> own = results.stream().filter(result -> result.data().equals(data)).toList();
    Verdicts verdicts = new Verdicts(experiments, own, data);
    List<String> names = own.stream().map(RunResult::experiment).distinct().toList();
    return String.join(
        "\n",
        "<h2>Images: " + escapeHtml4(data) + "</h2>",
        note(about(verdicts)),
        ReportTables.figures(verdicts).toHtml(),
        ReportTables.claims(verdicts).toHtml(),
        Charts.shared(own),
        joined(names, name -> section(name, own, verdicts)));
  }

  private static String about(Verdicts verdicts) {
    if (verdicts.areComparedWithTheBook()) {
      return REAL;
    }
    return verdicts.areOfDrawnImages() ? DRAWN : PART;
  }

  /** All about one experiment on one set of images; the pictures are those of the first seed. */
  private String section(String name, List<RunResult> ofAll, Verdicts verdicts) {
    List<RunResult> runs = ofAll.stream().filter(run -> run.experiment().equals(name)).toList();
    RunKey first = runs.get(0).run();
    List<Experiment> known = experiments.stream().filter(one -> one.name().equals(name)).toList();
    return """
        <section>
        <h3 id="%s">%s</h3>
        <p>%s</p>
        %s
        %s%s%s%s
        </section>"""
        .formatted(
            escapeHtml4(name),
            escapeHtml4(name),
            joined(known, experiment -> escapeHtml4(experiment.about().title())),
            joined(runs, ReportPage::setUp),
            ReportTables.figuresOf(name, verdicts).toHtml(),
            drawings(drawings.stream().filter(drawing -> drawing.run().equals(first)).toList()),
            Charts.ownOf(name, ofAll),
            joined(known, ReportPage::source));
  }

  private static String setUp(RunResult run) {
    String what =
        "seed %s: epochs %s, %s s, %s, %s"
            .formatted(
                run.seed(),
                run.epochs(),
                NumberText.text(run.seconds()),
                run.finished(),
                run.machine());
    return note(what)
        + (run.failed()
            ? "<p class=\"failed\">failed: " + escapeHtml4(run.failure()) + "</p>"
            : "");
  }

  private static String note(String text) {
    return "<p class=\"note\">" + escapeHtml4(text) + "</p>";
  }

  private static String drawings(List<Drawing> own) {
    return own.isEmpty()
        ? ""
        : "<div class=\"charts\">\n" + joined(own, ReportPage::drawing) + "\n</div>\n";
  }

  private static String drawing(Drawing drawing) {
    return "<figure><h4>" + escapeHtml4(drawing.title()) + "</h4>" + drawing.svg() + "</figure>";
  }

  /** The file of the experiment, which lies beside its class. */
  private static String source(Experiment experiment) {
    Class<?> file = experiment.getClass().getNestHost();
    String text = resource(file, file.getSimpleName() + ".java");
    return text.isEmpty()
        ? ""
        : "<details><summary>source</summary><pre><code>"
            + escapeHtml4(text)
            + "</code></pre></details>";
  }

  /** Empty if there is no such file. */
  private static String resource(Class<?> beside, String name) {
    try (InputStream file = beside.getResourceAsStream(name)) {
      return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> String joined(List<T> parts, Function<T, String> html) {
    return parts.stream().map(html).collect(Collectors.joining("\n"));
  }
}
