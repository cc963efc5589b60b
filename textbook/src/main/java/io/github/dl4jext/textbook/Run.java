package io.github.dl4jext.textbook;

import io.github.dl4jext.listeners.ProgressBar;
import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/** One experiment with one seed: what it was given, and what it came to. */
final class Run implements Context {

  private record Figure(String metric, double value, Double book) {}

  private final Experiment experiment;
  private final ImageData data;
  private final long seed;
  private final int epochs;
  private final PrintWriter out;
  private final List<Figure> figures = new ArrayList<>();
  private Throwable failure;
  private double seconds;

  Run(Experiment experiment, ImageData data, long seed, int epochs, PrintWriter out) {
    this.experiment = experiment;
    this.data = data;
    this.seed = seed;
    this.epochs = epochs;
    this.out = out;
  }

  /** Runs it; a failure of any sort is kept, so that the others can still be run. */
  void execute() {
    Nd4j.getRandom().setSeed(seed);
    long start = System.nanoTime();
    try {
      experiment.run(this);
    } catch (Throwable e) {
      failure = e;
    }
    seconds = Math.round((System.nanoTime() - start) / 1e6) / 1e3;
  }

  /** What went wrong, or null. */
  Throwable failure() {
    return failure;
  }

  /** What went wrong in one line. */
  String reason() {
    String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return failure.getClass().getSimpleName() + ": " + first;
  }

  double seconds() {
    return seconds;
  }

  List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (Figure figure : figures) {
      results.add(
          new Result(
              experiment.name(),
              data.name(),
              seed,
              figure.metric,
              figure.value,
              figure.book,
              seconds));
    }
    if (failure != null) {
      results.add(Result.failure(experiment.name(), data.name(), seed, reason(), seconds));
    }
    return results;
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
    return new ProgressBar(howMany);
  }

  @Override
  public synchronized void report(String metric, double value, Double book) {
    if (figures.stream().anyMatch(figure -> figure.metric.equals(metric))) {
      throw new IllegalArgumentException(
          experiment.name() + " reports \"" + metric + "\" twice; a metric is reported once");
    }
    figures.add(new Figure(metric, value, book));
  }
}
