package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All about one experiment on one set of images. */
public final class ExperimentSection {

  private final Optional<Experiment> experiment;
  private final List<RunResult> runs;
  private final List<Drawing> pictures;
  private final Verdicts verdicts;

  /**
   * @param experiment empty if this program does not know it
   * @param runs of this experiment, one per seed
   * @param pictures of the first seed
   */
  ExperimentSection(
      Optional<Experiment> experiment,
      List<RunResult> runs,
      List<Drawing> pictures,
      Verdicts verdicts) {
    this.experiment = experiment;
    this.runs = runs;
    this.pictures = pictures;
    this.verdicts = verdicts;
  }

  String toHtml(String charts) {
    String name = runs.get(0).experiment();
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
            experiment.map(one -> escapeHtml4(one.about().title())).orElse(""),
            setUp(),
            figures(name),
            drawings(),
            charts,
            experiment.map(ExperimentSection::source).orElse(""));
  }

  private String setUp() {
    return runs.stream().map(ExperimentSection::setUp).collect(Collectors.joining("\n"));
  }

  private static String setUp(RunResult run) {
    String what =
        "seed %d: epochs %d, %s s, %s, %s"
            .formatted(
                run.seed(),
                run.epochs(),
                NumberText.text(run.seconds()),
                run.finished(),
                run.machine());
    return "<p class=\"note\">"
        + escapeHtml4(what)
        + "</p>"
        + (run.failed()
            ? "<p class=\"failed\">failed: " + escapeHtml4(run.failure()) + "</p>"
            : "");
  }

  private String figures(String name) {
    List<Verdicts.Compared> own =
        verdicts.figures().stream().filter(one -> one.experiment().equals(name)).toList();
    if (own.isEmpty()) {
      return "";
    }
    return VerdictTables.table(
        "<th>figure</th><th class=\"n\">book</th><th class=\"n\">ours</th><th class=\"n\">each"
            + " seed</th>",
        own.stream().map(ExperimentSection::row).collect(Collectors.joining("\n")));
  }

  private static String row(Verdicts.Compared one) {
    Double book = one.figure().book();
    StringBuilder each = new StringBuilder();
    for (double value : one.values()) {
      each.append(each.length() == 0 ? "" : " &nbsp; ").append(NumberText.text(value));
    }
    return "<tr><td>"
        + escapeHtml4(one.figure().metric())
        + "</td><td class=\"n\">"
        + (book == null ? "" : NumberText.text(book))
        + "</td><td class=\"n\">"
        + VerdictTables.ours(one)
        + "</td><td class=\"n\">"
        + each
        + "</td></tr>";
  }

  private String drawings() {
    if (pictures.isEmpty()) {
      return "";
    }
    return pictures.stream()
        .map(
            picture ->
                "<figure><h4>%s</h4>%s</figure>"
                    .formatted(escapeHtml4(picture.title()), picture.svg()))
        .collect(Collectors.joining("\n", "<div class=\"charts\">\n", "\n</div>\n"));
  }

  /** The file of the experiment, which lies beside its class. */
  private static String source(Experiment experiment) {
    Class<?> code = experiment.getClass().getNestHost();
    try (InputStream file = code.getResourceAsStream(code.getSimpleName() + ".java")) {
      if (file == null) {
        return "";
      }
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return "<details><summary>source</summary><pre><code>%s</code></pre></details>"
          .formatted(escapeHtml4(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
