package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import java.util.List;

/**
 * Renders a chart of the page: its title, the picture, a legend, and a link that saves its values.
 */
final class ChartFigure {

  private ChartFigure() {}

  /**
   * @param title what it shows
   * @param which the seeds that it is of, for instance; may be empty
   * @param legend items of a list, as HTML
   * @param csv the link that saves the values; may be empty
   */
  static String html(String title, String which, String svg, List<String> legend, String csv) {
    String items =
        legend.isEmpty() ? "" : "<ul class=\"legend\">" + String.join("", legend) + "</ul>\n";
    return """
        <figure class="chart">
        <figcaption><strong>%s</strong>%s%s</figcaption>
        %s
        %s</figure>
        """
        .formatted(
            escapeXml10(title),
            which.isEmpty() ? "" : " <span>" + escapeXml10(which) + "</span>",
            csv.isEmpty() ? "" : " " + csv,
            svg,
            items);
  }

  /** Renders an item of the legend: a mark or a line, and what it means. */
  static String meaning(String mark, String what) {
    return "<li><i class=\"%s\" aria-hidden=\"true\"></i>%s</li>"
        .formatted(mark, escapeXml10(what));
  }
}
