package io.github.dl4jext.textbook.api;

import io.github.dl4jext.textbook.data.DataSource;
import java.util.List;
import java.util.function.Predicate;

/** The figures of one experiment and its peers on the same images, each the mean over all seeds. */
public final class SeedAverages {

  /** A claim needs a figure of an experiment that was not run. */
  static final class NotMeasured extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotMeasured(String why) {
      super(why, null, false, false);
    }
  }

  private final String experiment;
  private final List<RunResult> results;

  public SeedAverages(String experiment, List<RunResult> ofTheSameData) {
    this.experiment = experiment;
    this.results = ofTheSameData;
  }

  /**
   * A figure of the experiment that claims something.
   *
   * @param metric what was measured
   * @return the mean over all seeds
   */
  public double get(String metric) {
    return get(experiment, metric);
  }

  /**
   * A figure of another experiment.
   *
   * @param name the experiment
   * @param metric what was measured
   * @return the mean over all seeds
   */
  public double get(String name, String metric) {
    return results.stream()
        .filter(result -> result.experiment().equals(name))
        .flatMap(result -> result.figures().stream())
        .filter(figure -> figure.metric().equals(metric))
        .mapToDouble(Figure::value)
        .average()
        .orElseThrow(() -> new NotMeasured(name + " has not measured \"" + metric + "\""));
  }

  public void requireRealImages() {
    requireNone(DataSource::isDrawn, "the images are drawn");
  }

  public void requireAllImages() {
    requireNone(DataSource::isPart, "these are not all the images");
  }

  private void requireNone(Predicate<String> images, String why) {
    if (results.stream().map(RunResult::data).anyMatch(images)) {
      throw new NotMeasured(why);
    }
  }
}
