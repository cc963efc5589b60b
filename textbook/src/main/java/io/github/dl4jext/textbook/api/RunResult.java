package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;

/**
 * Holds what one run came to: an object of {@code results.json}, with these very keys.
 *
 * @param data the images: {@code embedded}, {@code fashion-mnist}, or the folder
 * @param epochs how long each network was trained, at least 1
 * @param seconds how long the run took
 * @param finished the day on which it ended
 * @param machine on what it ran
 * @param failure why it broke off, or null; the figures are those until then
 * @param figures what was measured
 * @param curves what changed from epoch to epoch
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

  /** Checks that what must be there is: in a file, anything can be null. */
  public RunResult {
    Objects.requireNonNull(experiment, "a result must name its experiment");
    Objects.requireNonNull(data, "a result must name its data");
    Objects.requireNonNull(finished, "a result must have a day");
    Objects.requireNonNull(machine, "a result must name its machine");
    figures = List.copyOf(figures);
    curves = List.copyOf(curves);
  }

  public boolean failed() {
    return failure != null;
  }

  /** Tells which run this is; a new result of the same run takes the place of this one. */
  public RunKey run() {
    return new RunKey(experiment, data, seed);
  }
}
