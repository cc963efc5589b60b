package io.github.dl4jext.textbook.experiments;

import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;

/** The images as the chapter prepares them. */
final class Images {

  /** Of 60,000; from smaller sets a sixth is held out. */
  private static final int VALIDATION = 5_000;

  private Images() {}

  /**
   * Standardised images with a validation part.
   *
   * @param drawn how many of the drawn images to train on, so that a run without real data is short
   */
  static ImageData standardised(Context context, int drawn) {
    return plain(context, drawn).standardised();
  }

  /**
   * Images with pixels from 0 to 1, and with a validation part.
   *
   * @param drawn how many of the drawn images to train on, so that a run without real data is short
   */
  static ImageData plain(Context context, int drawn) {
    ImageData data = context.data();
    data = data.holdOut(Math.min(VALIDATION, data.train().size() / 6));
    return data.name().equals(DataSource.EMBEDDED) ? data.firstTrain(drawn) : data;
  }
}
