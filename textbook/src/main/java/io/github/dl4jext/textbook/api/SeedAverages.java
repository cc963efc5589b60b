package io.github.dl4jext.textbook.api;

import io.github.dl4jext.textbook.data.DataSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/** Gives the figures of experiments on the same images, each as the mean over all seeds. */
public final class SeedAverages {

  /** Thrown when a claim asks for a figure that was not measured. */
  static final class NotMeasured extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotMeasured(String why) {
      super(why, null, false, false);
    }
  }

  /** Names a figure that a claim asked for. */
  public record Asked(String experiment, String metric) {}

  /** By so many a difference must be above 0 to be more than chance. */
  private static final double STANDARD_ERRORS = 2;

  private final String experiment;
  private final List<RunResult> results;
  private final Set<Asked> asked = new LinkedHashSet<>();

  /**
   * Takes the results.
   *
   * @param experiment the experiment that makes the claim
   * @param ofTheSameData the runs of all experiments on the same images
   */
  public SeedAverages(String experiment, List<RunResult> ofTheSameData) {
    this.experiment = experiment;
    this.results = ofTheSameData;
  }

  /**
   * A figure of the experiment that makes the claim. The method is only called from a claim, which
   * is open if the figure was not measured.
   *
   * @param metric what was measured
   * @return the mean over all seeds
   */
  public double get(String metric) {
    return get(experiment, metric);
  }

  /**
   * A figure of another experiment. The method is only called from a claim, which is open if the
   * figure was not measured.
   *
   * @param name the name of the experiment
   * @param metric what was measured
   * @return the mean over all seeds
   */
  public double get(String name, String metric) {
    asked.add(new Asked(name, metric));
    return results.stream()
        .filter(result -> result.experiment().equals(name))
        .flatMap(result -> result.figures().stream())
        .filter(figure -> figure.metric().equals(metric))
        .mapToDouble(Figure::value)
        .average()
        .orElseThrow(() -> new NotMeasured(name + " has not measured \"" + metric + "\""));
  }

  /**
   * Whether a figure of the experiment is above another by more than chance: the mean of their
   * differences, seed by seed, is more than two of its standard errors above 0.
   *
   * @param metric what was measured
   * @param other what was measured beside it in the same runs
   * @return the answer, for two seeds or more; with fewer the claim is left open
   */
  public boolean isClearlyAbove(String metric, String other) {
    asked.add(new Asked(experiment, metric));
    asked.add(new Asked(experiment, other));
    SummaryStatistics gains = new SummaryStatistics();
    for (RunResult result : results) {
      if (result.experiment().equals(experiment)) {
        OptionalDouble one = value(result, metric);
        OptionalDouble two = value(result, other);
        if (one.isPresent() && two.isPresent()) {
          gains.addValue(one.getAsDouble() - two.getAsDouble());
        }
      }
    }
    if (gains.getN() < 2) {
      throw new NotMeasured(
          experiment + " has not measured \"" + metric + "\" and \"" + other + "\" with two seeds");
    }
    double error = gains.getStandardDeviation() / Math.sqrt(gains.getN());
    return gains.getMean() > STANDARD_ERRORS * error;
  }

  private static OptionalDouble value(RunResult result, String metric) {
    return result.figures().stream()
        .filter(figure -> figure.metric().equals(metric))
        .mapToDouble(Figure::value)
        .findFirst();
  }

  /** With how many seeds the experiment was run. */
  long seeds() {
    return results.stream()
        .filter(result -> result.experiment().equals(experiment))
        .mapToLong(RunResult::seed)
        .distinct()
        .count();
  }

  /** Returns the figures that were asked for until now, measured or not, in that order. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  boolean areOfDrawnImages() {
    return results.stream().map(RunResult::data).anyMatch(DataSource::isDrawn);
  }

  boolean areOfAPart() {
    return results.stream().map(RunResult::data).anyMatch(DataSource::isPart);
  }
}
