package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;

/**
 * What one run came to: an object of {@code results.json}, with these very keys.
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

  /** Whether what must be there is: of what a file says, anything can be null. */
  public boolean isComplete() {
    return experiment != null
        && data != null
        && finished != null
        && machine != null
        && figures != null
        && figures.stream().allMatch(figure -> figure != null && figure.metric() != null)
        && curves != null
        && curves.stream().allMatch(curve -> curve != null && curve.isComplete());
  }

  public boolean failed() {
    return failure != null;
  }

  /** Whether there is nothing to be gained by running it again. */
  public boolean isFinished(RunKey wanted, int wantedEpochs) {
    return Objects.equals(run(), wanted) && epochs == wantedEpochs && !failed();
  }

  public RunKey run() {
    return new RunKey(experiment, data, seed);
  }
}
