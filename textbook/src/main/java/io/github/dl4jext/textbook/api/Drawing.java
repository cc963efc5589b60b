package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * Holds a picture that an experiment has drawn itself: an object of {@code pictures.json}.
 *
 * @param experiment the experiment's name
 * @param data the images, as {@link RunResult#data()} names them
 * @param seed the seed of the run, at least 1
 * @param title what it shows
 * @param svg the picture, an {@code <svg>} element
 * @param csv the values that it shows, or null if it is no chart
 */
@JsonPropertyOrder({"experiment", "data", "seed", "title", "svg", "csv"})
public record Drawing(
    String experiment, String data, long seed, String title, String svg, String csv) {

  /** Refuses null. */
  public Drawing {
    Objects.requireNonNull(experiment, "a picture must name its experiment");
    Objects.requireNonNull(data, "a picture must name its data");
    Objects.requireNonNull(title, "a picture must have a title");
    Objects.requireNonNull(svg, "a picture must have its SVG");
  }

  /** Returns the run that drew it. */
  public RunKey run() {
    return new RunKey(experiment, data, seed);
  }
}
