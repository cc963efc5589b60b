package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.textbook.api.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Renders a table of the report, as HTML for the page and as Markdown for a repository. */
record ResultTable(List<String> heads, List<List<Cell>> rows) {

  private static final String NUMBER = "n";

  /** Holds what stands in a cell of either form, and the class that the page's style has for it. */
  record Cell(String markdown, String html, String style) {

    static Cell text(String text) {
      return new Cell(text, escapeHtml4(text), "");
    }

    static Cell number(String text) {
      return new Cell(text, text, NUMBER);
    }

    static Cell link(String experiment) {
      String name = escapeHtml4(experiment);
      return new Cell(experiment, "<a href=\"#" + name + "\">" + name + "</a>", "");
    }

    static Cell verdict(Verdict verdict, String markdown, String html) {
      String style = verdict == Verdict.OPEN ? "" : verdict.name().toLowerCase(Locale.ROOT);
      return new Cell(markdown, escapeHtml4(html), style);
    }

    private String html(String tag, String content) {
      return "<%s%s>%s</%s>"
          .formatted(tag, style.isEmpty() ? "" : " class=\"" + style + "\"", content, tag);
    }
  }

  /** Empty if there are no rows. */
  String toHtml() {
    if (rows.isEmpty()) {
      return "";
    }
    List<Cell> first = rows.get(0);
    String head =
        IntStream.range(0, heads.size())
            .mapToObj(i -> headed(first.get(i)).html("th", escapeHtml4(heads.get(i))))
            .collect(Collectors.joining());
    String body =
        rows.stream()
            .map(row -> joined(row, cell -> cell.html("td", cell.html()), "", "<tr>", "</tr>"))
            .collect(Collectors.joining("\n"));
    return "<div class=\"wide\"><table>\n<thead><tr>%s</tr></thead>\n<tbody>\n%s\n</tbody>\n</table></div>"
        .formatted(head, body);
  }

  /** The head of a column of numbers stands to the right, as they do. */
  private static Cell headed(Cell first) {
    return first.style().equals(NUMBER) ? first : Cell.text("");
  }

  /** Empty if there are no rows. */
  String toMarkdown() {
    if (rows.isEmpty()) {
      return "";
    }
    String head = joined(heads, Function.identity(), " | ", "| ", " |\n");
    String rule = joined(heads, any -> "---", "|", "|", "|\n");
    return Stream.concat(
            Stream.of(head, rule),
            rows.stream().map(row -> joined(row, ResultTable::markdown, " | ", "| ", " |\n")))
        .collect(Collectors.joining());
  }

  private static String markdown(Cell cell) {
    return cell.markdown().replace("|", "\\|");
  }

  private static <T> String joined(
      List<T> cells, Function<T, String> shown, String between, String before, String after) {
    return cells.stream().map(shown).collect(Collectors.joining(between, before, after));
  }
}
