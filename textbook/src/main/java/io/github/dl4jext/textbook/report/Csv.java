package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeCsv;
import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The values of a chart as a CSV file (RFC 4180), which the page's link contains. */
final class Csv {

  private final List<String> lines = new ArrayList<>();

  Csv(String... heads) {
    row((Object[]) heads);
  }

  /** Adds a row; null is an empty cell. */
  Csv row(Object... cells) {
    lines.add(
        Arrays.stream(cells)
            .map(cell -> escapeCsv(Objects.toString(cell, "")))
            .collect(Collectors.joining(",")));
    return this;
  }

  String text() {
    return lines.stream().map(line -> line + "\r\n").collect(Collectors.joining());
  }

  /**
   * A link that saves the text.
   *
   * @param what the title of the chart; the file is named after it
   */
  String link(String what) {
    return link(what, text());
  }

  /**
   * A link that saves a text.
   *
   * @param what the title of the chart; the file is named after it
   * @param text the file's content
   */
  static String link(String what, String text) {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    String file = what.replaceAll("[^A-Za-z0-9.]+", "-") + ".csv";
    return "<a class=\"csv\" download=\"%s\" href=\"data:text/csv;charset=utf-8,%s\" aria-label=\"%s\">CSV</a>"
        .formatted(file, encoded, escapeXml10("the values of “" + what + "” as CSV"));
  }
}
