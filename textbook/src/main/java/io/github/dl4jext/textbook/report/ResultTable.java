package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import io.github.dl4jext.textbook.api.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Renders a table of the report, as HTML for the page and as Markdown for a repository. */
record ResultTable(String caption, List<String> heads, List<List<Cell>> rows) {

  private static final String NUMBER = "n";

  /** Holds the head of a column, and how its cell is made from a row's subject. */
  record Column<T>(String head, Function<T, Cell> cell) {}

  /** Holds the Markdown and the HTML of a cell, and its style class in the page. */
  record Cell(String markdown, String html, String style) {

    static Cell text(String text) {
      return new Cell(text, escapeXml10(text), "");
    }

    /** A number; in the page it stays on one line with its deviation. */
    static Cell number(String text) {
      return new Cell(text, text.replace(" ± ", "\u00a0±\u00a0"), NUMBER);
    }

    static Cell link(String experiment, PageIds ids) {
      String html = "<a href=\"#%s\">%s</a>".formatted(ids.of(experiment), escapeXml10(experiment));
      return new Cell(experiment, html, "");
    }

    static Cell verdict(Verdict verdict, String markdown, String html) {
      String style = verdict == Verdict.OPEN ? "" : verdict.name().toLowerCase(Locale.ROOT);
      return new Cell(markdown, escapeXml10(html), style);
    }

    private String styled() {
      return style.isEmpty() ? "" : " class=\"" + style + "\"";
    }
  }

  static <T> ResultTable of(String caption, List<Column<T>> columns, List<T> rows) {
    return new ResultTable(
        caption,
        columns.stream().map(Column::head).toList(),
        rows.stream()
            .map(row -> columns.stream().map(column -> column.cell.apply(row)).toList())
            .toList());
  }

  /** The table as HTML, empty if there are no rows. The first cell of a row is its head. */
  String toHtml() {
    if (rows.isEmpty()) {
      return "";
    }
    String head =
        IntStream.range(0, heads.size())
            .mapToObj(
                i -> "<th scope=\"col\"%s>%s</th>".formatted(headed(i), escapeXml10(heads.get(i))))
            .collect(Collectors.joining());
    String body = rows.stream().map(this::html).collect(Collectors.joining("\n"));
    return """
        <table>
        <caption>%s</caption>
        <thead><tr>%s</tr></thead>
        <tbody>
        %s
        </tbody>
        </table>
        """
        .formatted(escapeXml10(caption), head, body);
  }

  /** The head of a column of numbers is aligned to the right, as the numbers are. */
  private String headed(int column) {
    Cell first = rows.get(0).get(column);
    return first.style().equals(NUMBER) ? first.styled() : "";
  }

  /** Each cell carries its column's head, which a narrow screen shows beside the value. */
  private String html(List<Cell> row) {
    return IntStream.range(0, row.size())
        .mapToObj(
            i -> {
              Cell cell = row.get(i);
              String label = " data-label=\"" + escapeXml10(heads.get(i)) + "\"";
              return i == 0
                  ? "<th scope=\"row\"%s%s>%s</th>".formatted(cell.styled(), label, cell.html)
                  : "<td%s%s>%s</td>".formatted(cell.styled(), label, cell.html);
            })
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }

  /** The table as Markdown, empty if there are no rows. */
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
