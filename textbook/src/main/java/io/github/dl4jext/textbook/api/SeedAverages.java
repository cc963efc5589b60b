package io.github.dl4jext.textbook.api;

import io.github.dl4jext.textbook.data.DataSource;
import java.util.List;

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

  boolean areOfDrawnImages() {
    return results.stream().map(RunResult::data).anyMatch(DataSource::isDrawn);
  }

  boolean areOfAPart() {
    return results.stream().map(RunResult::data).anyMatch(DataSource::isPart);
  }
}
