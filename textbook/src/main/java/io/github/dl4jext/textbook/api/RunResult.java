package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;

/**
 * Holds the result of one run: an object of {@code results.json}, whose keys are these names.
 *
 * @param experiment the experiment's name
 * @param data the images: {@code embedded}, {@code fashion-mnist}, {@code cifar-10}, or the folder,
 *     followed by the size of the part if only a part was used
 * @param seed the seed, at least 1
 * @param epochs how many epochs each network was trained for, at least 1
 * @param seconds how long the run took
 * @param finished the day on which it ended (UTC), such as {@code 2026-11-30}
 * @param machine the machine on which it ran
 * @param failure why the run failed, or null; the figures are those reported before
 * @param figures what was measured
 * @param curves the lines of charts over the epochs
 */
@JsonPropertyOrder({
  "experiment",
  "data",
  "seed",
  "epochs",
  "seconds",
  "finished",
  "machine",
  "failure",
  "figures",
  "curves"
})
public record RunResult(
    String experiment,
    String data,
    long seed,
    int epochs,
    double seconds,
    String finished,
    String machine,
    String failure,
    List<Figure> figures,
    List<Curve> curves) {

  /** Refuses null for everything but the failure, since in a file anything can be null. */
  public RunResult {
    Objects.requireNonNull(experiment, "a result must name its experiment");
    Objects.requireNonNull(data, "a result must name its data");
    Objects.requireNonNull(finished, "a result must have a day");
    Objects.requireNonNull(machine, "a result must name its machine");
    figures = List.copyOf(figures);
    curves = List.copyOf(curves);
  }

  /** Whether the run failed. */
  public boolean failed() {
    return failure != null;
  }

  /** Returns the key of this run; a new result with the same key replaces this one. */
  public RunKey run() {
    return new RunKey(experiment, data, seed);
  }
}
