package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.textbook.api.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/** The two tables at the head of the page: book and ours, and what must hold. */
public final class VerdictTables {

  private VerdictTables() {}

  /** Nothing if no figure is in the book. */
  static String book(Verdicts verdicts) {
    List<Verdicts.Compared> figures =
        verdicts.figures().stream().filter(one -> one.figure().book() != null).toList();
    if (figures.isEmpty()) {
      return "";
    }
    return table(
        "<th>experiment</th><th>figure</th><th class=\"n\">book</th><th class=\"n\">ours</th>"
            + "<th class=\"n\">seeds</th><th>agrees</th>",
        figures.stream().map(one -> row(one, verdicts)).collect(Collectors.joining("\n")));
  }

  private static String row(Verdicts.Compared one, Verdicts verdicts) {
    return "<tr><td>"
        + link(one.experiment())
        + "</td><td>"
        + escapeHtml4(one.figure().metric())
        + "</td><td class=\"n\">"
        + NumberText.text(one.figure().book())
        + "</td><td class=\"n\">"
        + ours(one)
        + "</td><td class=\"n\">"
        + one.values().length
        + "</td>"
        + agrees(one, verdicts.verdict(one))
        + "</tr>";
  }

  /** The mean, with the spread if there is any. */
  static String ours(Verdicts.Compared one) {
    String mean = NumberText.text(one.mean());
    double spread = one.spread().orElse(0);
    return spread > 0 ? mean + " ± " + NumberText.rounded(spread, 2) : mean;
  }

  private static String agrees(Verdicts.Compared one, Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> "<td class=\"holds\">yes</td>";
      case FAILS ->
          "<td class=\"fails\">no: "
              + (one.figure().least() == null || one.mean() >= one.figure().least()
                  ? "at most " + NumberText.text(one.figure().most())
                  : "at least " + NumberText.text(one.figure().least()))
              + " would</td>";
      case OPEN -> "<td>–</td>";
    };
  }

  /** Nothing if nothing is claimed. */
  static String claims(Verdicts verdicts) {
    List<Verdicts.Judged> claims = verdicts.claims();
    if (claims.isEmpty()) {
      return "";
    }
    return table(
        "<th>experiment</th><th>what it is to show</th><th></th>",
        claims.stream()
            .map(
                one ->
                    "<tr><td>"
                        + link(one.experiment())
                        + "</td><td>"
                        + escapeHtml4(one.text())
                        + "</td>"
                        + cell(one.verdict())
                        + "</tr>")
            .collect(Collectors.joining("\n")));
  }

  private static String cell(Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> "<td class=\"holds\">holds</td>";
      case FAILS -> "<td class=\"fails\">does not hold</td>";
      case OPEN -> "<td>not measured</td>";
    };
  }

  private static String link(String experiment) {
    String name = escapeHtml4(experiment);
    return "<a href=\"#" + name + "\">" + name + "</a>";
  }

  static String table(String head, String rows) {
    return "<div class=\"wide\"><table>\n<thead><tr>"
        + head
        + "</tr></thead>\n<tbody>\n"
        + rows
        + "\n</tbody>\n</table></div>";
  }
}
