package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * Holds a picture that an experiment has drawn itself: an object of {@code pictures.json}.
 *
 * @param data the images: {@code embedded}, {@code fashion-mnist}, or the folder
 * @param title what it shows
 * @param svg the picture
 */
@JsonPropertyOrder({"experiment", "data", "seed", "title", "svg"})
public record Drawing(String experiment, String data, long seed, String title, String svg) {

  /** Checks that all are there. */
  public Drawing {
    Objects.requireNonNull(experiment, "a picture must name its experiment");
    Objects.requireNonNull(data, "a picture must name its data");
    Objects.requireNonNull(title, "a picture must have a title");
    Objects.requireNonNull(svg, "a picture must have its SVG");
  }

  public RunKey run() {
    return new RunKey(experiment, data, seed);
  }
}
