package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunKey;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The results as a page that needs nothing else: no script, no other file, no network. */
public final class ReportPage {

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <link rel="icon" href="data:,">
      <title>The textbook chapter</title>
      <style>
      :root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --good: #1b6e3c; --soft: #8882; }
      @media (prefers-color-scheme: dark) { :root { --bad: #ff897d; --good: #7bd88f; } }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { margin-bottom: 0; }
      h2 { border-bottom: 2px solid var(--line); margin-top: 3rem; }
      h3 { margin: 2.5rem 0 0; }
      h4 { font-size: 1rem; margin: 0; }
      a { color: inherit; }
      .wide { overflow-x: auto; margin: 1rem 0; }
      table { border-collapse: collapse; width: 100%%; }
      th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
      .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      .failed, .fails { color: var(--bad); }
      .holds { color: var(--good); }
      .note { opacity: .75; margin: .2rem 0; }
      .charts { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%%, 28rem), 1fr)); margin: 1rem 0 2rem; }
      figure { margin: 0; break-inside: avoid; }
      figure svg { display: block; width: 100%%; height: auto; }
      figcaption { margin-bottom: .5rem; }
      details { margin: 1rem 0; }
      summary { cursor: pointer; }
      pre { overflow-x: auto; background: var(--soft); padding: 1rem; font-size: .85rem; line-height: 1.4; }
      @media print { body { max-width: none; margin: 0; font-size: 11px; } details { display: none; } }
      </style>
      </head>
      <body>
      <h1>The textbook chapter</h1>
      <p class="note">Experiments of chapter 11 of Géron's <cite>Hands-On Machine Learning</cite>, on Deeplearning4j with DL4J Extensions.</p>
      %s
      </body>
      </html>
      """;

  private static final String IMAGES =
      """
      <h2>Images: %s</h2>
      <p class="note">%s</p>
      %s
      %s
      %s
      %s""";

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
  private final List<Drawing> pictures;

  public ReportPage(List<Experiment> experiments, List<RunResult> results, List<Drawing> pictures) {
    this.experiments = experiments;
    this.results =
        results.stream()
            .sorted(
                Comparator.comparing(RunResult::data)
                    .thenComparing(RunResult::experiment)
                    .thenComparing(RunResult::seed))
            .toList();
    this.pictures = pictures;
  }

  public String toHtml() {
    return PAGE.formatted(
        results.stream()
            .map(RunResult::data)
            .distinct()
            .map(this::images)
            .collect(Collectors.joining("\n")));
  }

  private String images(String data) {
    List<RunResult> own = results.stream().filter(result -> result.data().equals(data)).toList();
    Verdicts verdicts = new Verdicts(experiments, own, data);
    return IMAGES.formatted(
        escapeHtml4(data),
        about(verdicts),
        VerdictTables.book(verdicts),
        VerdictTables.claims(verdicts),
        Charts.shared(own),
        own.stream()
            .map(RunResult::experiment)
            .distinct()
            .map(name -> section(name, own, verdicts))
            .collect(Collectors.joining("\n")));
  }

  private static String about(Verdicts verdicts) {
    if (verdicts.areComparedWithTheBook()) {
      return REAL;
    }
    return verdicts.areOfDrawnImages() ? DRAWN : PART;
  }

  private String section(String name, List<RunResult> ofAll, Verdicts verdicts) {
    List<RunResult> runs = ofAll.stream().filter(run -> run.experiment().equals(name)).toList();
    RunKey first = runs.get(0).run();
    return new ExperimentSection(
            experiments.stream().filter(one -> one.name().equals(name)).findFirst(),
            runs,
            pictures.stream().filter(picture -> picture.run().equals(first)).toList(),
            verdicts)
        .toHtml(Charts.ownOf(name, ofAll));
  }
}
