package io.github.dl4jext.textbook.api;

import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import org.deeplearning4j.optimize.api.TrainingListener;

/** What an experiment is given, and where it tells its figures. */
public interface Context {

  /**
   * The images to train and test on; nothing is held out for validation yet.
   *
   * @return the images, features from 0 to 1
   */
  ImageData data();

  /**
   * The images as the chapter prepares them: pixels from 0 to 1, and the last 5,000 of 60,000 held
   * out for validation, of smaller sets a sixth.
   *
   * @param drawn how many of the drawn images to train on, so that a run without real data is short
   * @return the images
   */
  default ImageData images(int drawn) {
    ImageData all = data();
    ImageData split = all.holdOut(Math.min(5_000, all.train().size() / 6));
    return DataSource.isDrawn(split.name())
        ? split.firstTrain(Math.min(drawn, split.train().size()))
        : split;
  }

  /**
   * The same with the first images only, whether drawn or real: for a demonstration that needs few
   * and is not compared with the book.
   *
   * @param most how many to train on, or all where there are fewer
   * @return the images
   */
  default ImageData firstImages(int most) {
    ImageData split = images(most);
    return split.firstTrain(Math.min(most, split.train().size()));
  }

  /**
   * The seed for everything that is random.
   *
   * @return 1 or more
   */
  long seed();

  /**
   * How long to train.
   *
   * @return a number of epochs, at least 1
   */
  int epochs();

  /**
   * Says what is trained now, and shows how it goes for {@link #epochs()} epochs.
   *
   * @param what such as {@code "with batch normalization"}
   * @return a new listener, for one network
   */
  default TrainingListener progress(String what) {
    return progress(what, epochs());
  }

  /**
   * Says what is trained now, and shows how it goes.
   *
   * @param what such as {@code "the head alone"}
   * @param epochs how many epochs it will be, at least 1
   * @return a new listener, for one network
   */
  TrainingListener progress(String what, int epochs);

  /**
   * Reports a figure that the book does not have.
   *
   * @param metric what was measured, with its unit if it has one; once per run
   * @param value what it came to; NaN and infinities are shown as such
   * @throws IllegalArgumentException if the metric has been reported before in this run
   */
  default void report(String metric, double value) {
    report(metric, value, null);
  }

  /**
   * Reports a figure beside the book's.
   *
   * @param metric what was measured, with its unit if it has one; once per run
   * @param value what it came to; NaN and infinities are shown as such
   * @param book the book's figure, in the same unit, or null if it has none
   * @throws IllegalArgumentException if the metric has been reported before in this run
   */
  void report(String metric, double value, ReferenceFigure book);

  /**
   * Reports a line of a chart, such as the validation accuracy after each epoch.
   *
   * @param chart what the chart shows, the label of its y axis; experiments that name the same one
   *     share a picture
   * @param line what this line is of; once per chart and run
   * @param values one per epoch, from the first on
   */
  void curve(String chart, String line, double... values);

  /**
   * Reports a picture, such as a chart whose x is not the epoch. The page shows those of the first
   * seed.
   *
   * @param title what it shows; once per run
   * @param svg the picture, as it may stand in a page
   */
  void picture(String title, String svg);
}
