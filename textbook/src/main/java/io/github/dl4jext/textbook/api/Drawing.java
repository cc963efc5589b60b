package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A picture that an experiment has drawn itself: an object of {@code pictures.json}.
 *
 * @param data the images: {@code embedded}, {@code fashion-mnist}, or the folder
 * @param title what it shows
 * @param svg the picture
 */
@JsonPropertyOrder({"experiment", "data", "seed", "title", "svg"})
public record Drawing(String experiment, String data, long seed, String title, String svg) {

  public boolean isComplete() {
    return experiment != null && data != null && title != null && svg != null;
  }

  public RunKey run() {
    return new RunKey(experiment, data, seed);
  }
}
