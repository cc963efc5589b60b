package io.github.dl4jext.textbook;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The results as a page that needs nothing else: no script, no other file, no network. */
final class ReportPage {

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>The textbook chapter</title>
      <style>
      :root { color-scheme: light dark; --line: #8884; --bad: #b3261e; }
      @media (prefers-color-scheme: dark) { :root { --bad: #ff897d; } }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%%; }
      th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; }
      .n { text-align: right; font-variant-numeric: tabular-nums; }
      .failed { color: var(--bad); }
      .charts { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%%, 28rem), 1fr)); margin-bottom: 2rem; }
      figure { margin: 0; break-inside: avoid; }
      figure svg { display: block; width: 100%%; }
      h2 { font-size: 1.1rem; margin: 0; }
      figcaption { margin-bottom: .5rem; }
      </style>
      </head>
      <body>
      <h1>The textbook chapter</h1>
      %s\
      <div class="wide">
      <table>
      <thead><tr><th>experiment</th><th>metric</th><th class="n">book</th><th class="n">ours</th>\
      <th>data</th><th class="n">seed</th><th class="n">seconds</th></tr></thead>
      <tbody>
      %s
      </tbody>
      </table>
      </div>
      </body>
      </html>
      """;

  private ReportPage() {}

  static String of(List<Result> results, List<Curve> curves) {
    return PAGE.formatted(
        Charts.of(curves),
        results.stream()
            .sorted(
                Comparator.comparing(Result::experiment)
                    .thenComparing(Result::data)
                    .thenComparing(Result::seed))
            .map(ReportPage::row)
            .collect(Collectors.joining("\n")));
  }

  private static String row(Result result) {
    return (result.failed() ? "<tr class=\"failed\">" : "<tr>")
        + text(result.experiment())
        + text(result.metric())
        + number(result.book() == null ? "" : Figures.text(result.book()))
        + number(result.failed() ? "" : Figures.text(result.value()))
        + text(result.data())
        + number(Long.toString(result.seed()))
        + number(Figures.text(result.seconds()))
        + "</tr>";
  }

  private static String text(String text) {
    return "<td>" + escapeHtml4(text) + "</td>";
  }

  private static String number(String text) {
    return "<td class=\"n\">" + escapeHtml4(text) + "</td>";
  }
}
