package io.github.dl4jext.textbook.run;

import io.github.dl4jext.listeners.progress.ProgressBar;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Curve;
import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/** Runs an experiment once in this process, and keeps what it reports. */
final class ExperimentRun implements Context {

  /** Pixels of a chart: two stand beside each other on the page. */
  private static final int WIDTH = 480;

  private static final int HEIGHT = 340;

  private final Task task;
  private final ImageData data;
  private final PrintWriter out;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<Drawing> drawings = new ArrayList<>();
  private final List<ProgressBar> bars = new ArrayList<>();

  private ExperimentRun(Task task, ImageData data, PrintWriter out) {
    this.task = task;
    this.data = data;
    this.out = out;
  }

  /** Runs the task; a failure of any kind becomes part of the outcome, so that others can run. */
  static RunOutcome execute(Task task, ImageData data, PrintWriter out) {
    ExperimentRun run = new ExperimentRun(task, data, out);
    long start = System.nanoTime();
    String failure = null;
    StringWriter trace = new StringWriter();
    try {
      Nd4j.getRandom().setSeed(task.seed());
      task.experiment().run(run);
    } catch (Throwable e) {
      failure = reason(e);
      e.printStackTrace(new PrintWriter(trace, true));
    } finally {
      // The bar of a fit that has failed would keep drawing over what is printed next.
      run.bars.forEach(ProgressBar::finish);
    }
    synchronized (run) {
      RunResult result = result(task, data, start, failure, run.figures, run.curves);
      return new RunOutcome(result, List.copyOf(run.drawings), trace.toString());
    }
  }

  /** The result of a run that ends now; {@code start} is its {@code System.nanoTime()}. */
  static RunResult result(
      Task task,
      ImageData data,
      long start,
      String failure,
      List<Figure> figures,
      List<Curve> curves) {
    return new RunResult(
        task.experiment().name(),
        data.name(),
        task.seed(),
        task.epochs(),
        Math.round((System.nanoTime() - start) / 1e6) / 1e3,
        LocalDate.now(ZoneOffset.UTC).toString(),
        failure == null ? Machine.describeWithBlas() : Machine.describe(),
        failure,
        figures,
        curves);
  }

  /** One line about a failure: the type and message of the first cause that has a message. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (firstLine(cause).isEmpty() && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String what = cause.getClass().getSimpleName();
    return firstLine(cause).isEmpty() ? what : what + ": " + firstLine(cause);
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    return message.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
  }

  @Override
  public ImageData data() {
    return task.experiment().inColour() ? DataSource.inColour(data) : data;
  }

  @Override
  public long seed() {
    return task.seed();
  }

  @Override
  public int epochs() {
    return task.epochs();
  }

  @Override
  public TrainingListener progress(String what, int epochs) {
    out.println("  " + what);
    out.flush();
    ProgressBar bar = new ProgressBar(epochs);
    bars.add(bar);
    return bar;
  }

  @Override
  public synchronized void report(String metric, double value, ReferenceFigure book) {
    requireNew(
        figures.stream().noneMatch(figure -> figure.metric().equals(metric)),
        "reports \"" + metric + "\" twice; a metric is reported once");
    figures.add(Figure.of(metric, value, book));
  }

  @Override
  public synchronized void curve(String chart, String line, double... values) {
    requireNew(
        curves.stream().noneMatch(old -> old.chart().equals(chart) && old.line().equals(line)),
        "draws \"" + line + "\" twice in \"" + chart + "\"");
    curves.add(new Curve(chart, line, values));
  }

  @Override
  public void picture(String title, LineChart chart) {
    draw(title, chart.toSvg(WIDTH, HEIGHT), chart.toCsv());
  }

  @Override
  public void picture(String title, String svg) {
    draw(title, svg, null);
  }

  private synchronized void draw(String title, String svg, String csv) {
    requireNew(
        drawings.stream().noneMatch(old -> old.title().equals(title)),
        "draws the picture \"" + title + "\" twice");
    drawings.add(new Drawing(task.experiment().name(), data.name(), task.seed(), title, svg, csv));
  }

  private void requireNew(boolean isNew, String what) {
    if (!isNew) {
      throw new IllegalArgumentException(task.experiment().name() + " " + what);
    }
  }
}
