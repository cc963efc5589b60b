package io.github.dl4jext.textbook.api;

import io.github.dl4jext.textbook.data.DataSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The figures of one experiment and its peers on the same images, each the mean over all seeds. */
public final class SeedAverages {

  /** A claim needs a figure of an experiment that was not run. */
  static final class NotMeasured extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotMeasured(String why) {
      super(why, null, false, false);
    }
  }

  /** Names a figure that a claim looked at. */
  public record Asked(String experiment, String metric) {}

  private final String experiment;
  private final List<RunResult> results;
  private final Set<Asked> asked = new LinkedHashSet<>();

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
    asked.add(new Asked(name, metric));
    return results.stream()
        .filter(result -> result.experiment().equals(name))
        .flatMap(result -> result.figures().stream())
        .filter(figure -> figure.metric().equals(metric))
        .mapToDouble(Figure::value)
        .average()
        .orElseThrow(() -> new NotMeasured(name + " has not measured \"" + metric + "\""));
  }

  /** Tells which figures were asked for until now, measured or not, in this order. */
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
