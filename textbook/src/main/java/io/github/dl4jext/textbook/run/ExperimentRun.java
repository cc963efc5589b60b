package io.github.dl4jext.textbook.run;

import io.github.dl4jext.listeners.ProgressBar;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Curve;
import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.RunKey;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/** One experiment with one seed: what it was given, and what it came to. */
final class ExperimentRun implements Context {

  private final Experiment experiment;
  private final ImageData data;
  private final long seed;
  private final int epochs;
  private final PrintWriter out;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<Drawing> pictures = new ArrayList<>();
  private final List<ProgressBar> bars = new ArrayList<>();
  private Throwable failure;
  private double seconds;

  ExperimentRun(Experiment experiment, ImageData data, long seed, int epochs, PrintWriter out) {
    this.experiment = experiment;
    this.data = data;
    this.seed = seed;
    this.epochs = epochs;
    this.out = out;
  }

  /** Runs it; a failure of any sort is kept, so that the others can still be run. */
  void execute() {
    long start = System.nanoTime();
    try {
      Nd4j.getRandom().setSeed(seed);
      experiment.run(this);
    } catch (Throwable e) {
      failure = e;
    } finally {
      // A bar whose fit broke off would go on drawing over what is printed next.
      bars.forEach(ProgressBar::finish);
    }
    seconds = Math.round((System.nanoTime() - start) / 1e6) / 1e3;
  }

  /** What went wrong, or null. */
  Throwable failure() {
    return failure;
  }

  /** What went wrong in one line: of the first cause that says something, if there is one. */
  String reason() {
    Throwable cause = failure;
    while (said(cause).isEmpty() && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String what = cause.getClass().getSimpleName();
    return said(cause).isEmpty() ? what : what + ": " + said(cause);
  }

  private static String said(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    return message.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
  }

  RunKey id() {
    return new RunKey(experiment.name(), data.name(), seed);
  }

  double seconds() {
    return seconds;
  }

  synchronized RunResult result() {
    return new RunResult(
        experiment.name(),
        data.name(),
        seed,
        epochs,
        seconds,
        LocalDate.now(ZoneOffset.UTC).toString(),
        Machine.describe(),
        failure == null ? null : reason(),
        List.copyOf(figures),
        List.copyOf(curves));
  }

  synchronized List<Drawing> pictures() {
    return List.copyOf(pictures);
  }

  @Override
  public ImageData data() {
    return data;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public int epochs() {
    return epochs;
  }

  @Override
  public TrainingListener progress(String what, int howMany) {
    out.println("  " + what);
    out.flush();
    ProgressBar bar = new ProgressBar(howMany);
    bars.add(bar);
    return bar;
  }

  @Override
  public synchronized void report(String metric, double value, ReferenceFigure book) {
    if (figures.stream().anyMatch(figure -> figure.metric().equals(metric))) {
      throw new IllegalArgumentException(
          experiment.name() + " reports \"" + metric + "\" twice; a metric is reported once");
    }
    figures.add(Figure.of(metric, value, book));
  }

  @Override
  public synchronized void curve(String chart, String line, double... values) {
    Curve curve = new Curve(chart, line, values.clone());
    if (curves.stream().anyMatch(curve::sameLine)) {
      throw new IllegalArgumentException(
          experiment.name() + " draws \"" + line + "\" twice in \"" + chart + "\"");
    }
    curves.add(curve);
  }

  @Override
  public synchronized void picture(String title, String svg) {
    if (pictures.stream().anyMatch(picture -> picture.title().equals(title))) {
      throw new IllegalArgumentException(
          experiment.name() + " draws the picture \"" + title + "\" twice");
    }
    pictures.add(new Drawing(experiment.name(), data.name(), seed, title, svg));
  }
}
