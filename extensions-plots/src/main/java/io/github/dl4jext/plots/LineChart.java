package io.github.dl4jext.plots;

import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Lines over a common x axis: as SVG for pages, PNG for papers, and text for the terminal.
 *
 * <pre>{@code
 * LineChart.titled("Validation accuracy")
 *     .xLabel("epoch")
 *     .line("Adam", new double[] {1, 2, 3}, new double[] {0.71, 0.80, 0.84})
 *     .line("SGD", new double[] {1, 2, 3}, new double[] {0.52, 0.66, 0.70})
 *     .build()
 *     .writeSvg(Path.of("accuracy.svg"));
 * }</pre>
 *
 * <p><b>Gaps.</b> Where x or y is NaN or infinite, or not above 0 on a logarithmic axis, the line
 * has a gap. A point between two gaps is a dot. A chart without any point says so.
 *
 * <p><b>Names.</b> Lines of one name, such as the seeds of one run, share a colour and one entry of
 * the legend. Colours can be told apart with any kind of colour vision.
 *
 * <p><b>SVG.</b> The same chart gives the same text on every machine. The picture has its own
 * background, which is light or dark as the reader's screen asks, and light on paper. It needs no
 * script and no other file.
 *
 * <p><b>Files</b> are replaced as a whole, and missing folders are created. Lines may have any
 * number of points: pictures leave out detail that is finer than a pixel, and keep every jump and
 * peak.
 *
 * <p>A chart never changes, so threads may share it.
 */
public final class LineChart {

  /** A vertical line: its name and its position. */
  record Marker(String name, double x) {}

  /** The text in a chart without any point. */
  static final String NOTHING = "nothing to show";

  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Line> lines;
  private final List<Marker> markers;
  private final Axis xAxis;
  private final Axis yAxis;

  private LineChart(Builder builder) {
    title = builder.title;
    xLabel = builder.xLabel;
    yLabel = builder.yLabel;
    lines = List.copyOf(builder.lines);
    markers = List.copyOf(builder.markers);
    boolean logX = builder.logX;
    boolean logY = builder.logY;
    DoubleStream x = lines.stream().flatMapToDouble(line -> line.drawn(line.x(), logX, logY));
    DoubleStream y = lines.stream().flatMapToDouble(line -> line.drawn(line.y(), logX, logY));
    xAxis = Axis.tight(DoubleStream.concat(x, markers.stream().mapToDouble(Marker::x)), logX);
    yAxis = Axis.wide(y, logY);
  }

  /**
   * Starts a chart.
   *
   * @param title the text above the lines; may be empty
   * @return a builder without lines
   */
  public static Builder titled(String title) {
    return new Builder(title);
  }

  /**
   * Returns the chart as SVG of 640 by 400 pixels, which shrinks where there is less room. A long
   * legend makes it higher.
   *
   * @return an {@code <svg>} element, for a file of its own or in a page
   */
  public String toSvg() {
    return toSvg(WIDTH, HEIGHT);
  }

  /**
   * Returns the chart as SVG, which shrinks where there is less room.
   *
   * @param width in pixels, 200 to 10000
   * @param height in pixels, 150 to 10000; a long legend makes it higher
   * @return an {@code <svg>} element, for a file of its own or in a page
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the size is out of range
   */
  public String toSvg(int width, int height) {
    checkSize(width, height);
    return SvgCanvas.draw(this, new ChartLayout(this, width, height));
  }

  /**
   * Writes {@link #toSvg()} to a file.
   *
   * @param file the file
   * @throws UncheckedIOException if it cannot be written; the message says why, and an existing
   *     file does not change
   */
  public void writeSvg(Path file) {
    write(file, AtomicFiles.text(toSvg() + "\n"));
  }

  /**
   * Writes the chart as PNG of 640 by 400 pixels; see {@link #writePng(Path, int, int)}.
   *
   * @param file the file
   * @throws UncheckedIOException if it cannot be written; the message says why, and an existing
   *     file does not change
   */
  public void writePng(Path file) {
    writePng(file, WIDTH, HEIGHT);
  }

  /**
   * Writes the chart as PNG, on white. This needs no screen, but it needs a font: in a container
   * that has none, install one (Debian: {@code fontconfig} and {@code fonts-dejavu-core}) or use
   * SVG. On a machine whose display does not work, start Java with {@code
   * -Djava.awt.headless=true}.
   *
   * @param file the file
   * @param width in pixels, 200 to 10000
   * @param height in pixels, 150 to 10000; a long legend makes the letters smaller
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the size is out of range
   * @throws UncheckedIOException if it cannot be written; the message says why, and an existing
   *     file does not change
   */
  public void writePng(Path file, int width, int height) {
    checkSize(width, height);
    byte[] png = PngCanvas.draw(this, width, height);
    write(file, out -> out.write(png));
  }

  /**
   * Returns the chart as text for a terminal, of at most 20 rows and 80 columns, drawn in ASCII.
   *
   * @return rows, each ended by a line feed
   */
  public String toText() {
    return new TextChart(this).text();
  }

  /**
   * Returns the points as CSV (RFC 4180): a head, and a row of {@code line,x,y} for each point of
   * each line, in the order in which they were given. Numbers are written in full, also those that
   * a picture leaves out; markers are left out.
   *
   * @return rows, each ended by a carriage return and a line feed
   */
  public String toCsv() {
    StringBuilder rows = new StringBuilder("line,x,y\r\n");
    for (Line line : lines) {
      String name = '"' + line.name().replace("\"", "\"\"") + '"';
      for (int i = 0; i < line.x().length; i++) {
        rows.append(name).append(',').append(line.x()[i]).append(',').append(line.y()[i]);
        rows.append("\r\n");
      }
    }
    return rows.toString();
  }

  /** Writes the file, and creates its folders where they are missing. */
  private static void write(Path file, AtomicFiles.Content content) {
    Path target = file.toAbsolutePath().normalize();
    try {
      if (target.getParent() != null) {
        Files.createDirectories(target.getParent());
      }
      AtomicFiles.write(target, content);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the chart cannot be written to "
              + target
              + ": "
              + AtomicFiles.reason(e)
              + "; choose another place, or make this one writable",
          e);
    }
  }

  private static void checkSize(int width, int height) {
    Checks.of("line chart")
        .that(width >= 200 && width <= 10_000, "width", "200 to 10000", width)
        .that(height >= 150 && height <= 10_000, "height", "150 to 10000", height)
        .done();
  }

  String title() {
    return title;
  }

  String xLabel() {
    return xLabel;
  }

  String yLabel() {
    return yLabel;
  }

  List<Line> lines() {
    return lines;
  }

  /** The names in the order of their first lines; a name's index decides its colour. */
  List<String> names() {
    return lines.stream().map(Line::name).distinct().toList();
  }

  List<Marker> markers() {
    return markers.stream().filter(marker -> !Double.isNaN(xAxis.place(marker.x))).toList();
  }

  Axis xAxis() {
    return xAxis;
  }

  Axis yAxis() {
    return yAxis;
  }

  /** Gathers what a chart shows. */
  public static final class Builder {

    private final String title;
    private String xLabel = "";
    private String yLabel = "";
    private boolean logX;
    private boolean logY;
    private final List<Line> lines = new ArrayList<>();
    private final List<Marker> markers = new ArrayList<>();

    private Builder(String title) {
      this.title = text(title, "the title");
    }

    /**
     * Names the x axis.
     *
     * @param label the meaning of x, with its unit; none by default
     * @return this
     */
    public Builder xLabel(String label) {
      xLabel = text(label, "the label of x");
      return this;
    }

    /**
     * Names the y axis.
     *
     * @param label the meaning of y, with its unit; none by default
     * @return this
     */
    public Builder yLabel(String label) {
      yLabel = text(label, "the label of y");
      return this;
    }

    /**
     * Makes the x axis logarithmic: equal ratios are equally wide.
     *
     * @return this
     */
    public Builder logX() {
      logX = true;
      return this;
    }

    /**
     * Makes the y axis logarithmic: equal ratios are equally high.
     *
     * @return this
     */
    public Builder logY() {
      logY = true;
      return this;
    }

    /**
     * Adds a line with a value at 0, 1, 2, and so on.
     *
     * @param name its name in the legend, which leaves out a blank one
     * @param y values; there may be none
     * @return this
     */
    public Builder line(String name, double... y) {
      Objects.requireNonNull(y, "the values must not be null");
      return line(name, IntStream.range(0, y.length).asDoubleStream().toArray(), y);
    }

    /**
     * Adds a line.
     *
     * @param name its name in the legend, which leaves out a blank one
     * @param x the x of its points, which are joined in this order
     * @param y the y of its points, as many as x
     * @return this
     * @throws io.github.dl4jext.spi.InvalidArgumentException if there are not as many y as x
     */
    public Builder line(String name, double[] x, double[] y) {
      text(name, "a line's name");
      Objects.requireNonNull(x, "x must not be null");
      Objects.requireNonNull(y, "y must not be null");
      Checks.of("line chart")
          .that(
              x.length == y.length,
              "y of \"" + name + "\"",
              "as many values as x has, " + x.length,
              y.length)
          .done();
      lines.add(new Line(name, x.clone(), y.clone()));
      return this;
    }

    /**
     * Adds a vertical line, such as the end of the warm-up or the rate that was chosen.
     *
     * @param name the text above it
     * @param x its position; it is left out if x is not finite, or not above 0 on a logarithmic
     *     axis
     * @return this
     */
    public Builder marker(String name, double x) {
      markers.add(new Marker(text(name, "a marker's name"), x));
      return this;
    }

    /**
     * Makes the chart.
     *
     * @return a chart with everything that was given so far
     */
    public LineChart build() {
      return new LineChart(this);
    }

    private static String text(String text, String what) {
      return Objects.requireNonNull(text, () -> what + " must not be null");
    }
  }
}
