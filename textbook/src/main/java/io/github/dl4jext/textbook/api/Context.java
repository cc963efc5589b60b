package io.github.dl4jext.textbook.api;

import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import org.deeplearning4j.optimize.api.TrainingListener;

/** What an experiment is given to run, and where it reports its results. */
public interface Context {

  /**
   * The images to train and test on; nothing is held out for validation yet.
   *
   * @return the images, features from 0 to 1
   */
  ImageData data();

  /**
   * The images as the chapter prepares them: pixels from 0 to 1, and the last 5,000 training images
   * held out for validation, or a sixth of them where there are fewer than 30,000.
   *
   * @param drawn how many of the drawn images to train on at most, so that a run on them is short;
   *     real images are all used
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
   * The same with only the first training images, whether drawn or real: for a demonstration that
   * needs few images and is not compared with the book.
   *
   * @param most how many images to train on; all of them if there are fewer
   * @return the images
   */
  default ImageData firstImages(int most) {
    ImageData split = images(most);
    return split.firstTrain(Math.min(most, split.train().size()));
  }

  /**
   * The seed from which everything random is drawn.
   *
   * @return 1 or more
   */
  long seed();

  /**
   * How many epochs to train for.
   *
   * @return a number of epochs, at least 1
   */
  int epochs();

  /**
   * Prints what is trained now, and shows its progress over {@link #epochs()} epochs.
   *
   * @param what such as {@code "with batch normalization"}
   * @return a new listener, for one network
   */
  default TrainingListener progress(String what) {
    return progress(what, epochs());
  }

  /**
   * Prints what is trained now, and shows its progress.
   *
   * @param what such as {@code "the head alone"}
   * @param epochs how many epochs it is trained for, at least 1
   * @return a new listener, for one network
   */
  TrainingListener progress(String what, int epochs);

  /**
   * Reports a figure that the book does not have.
   *
   * @param metric what was measured, with its unit if it has one; once per run. Figures whose
   *     metrics are the same up to the first comma share a chart
   * @param value the value; NaN and infinities are shown as such
   * @throws IllegalArgumentException if the metric has been reported before in this run
   */
  default void report(String metric, double value) {
    report(metric, value, null);
  }

  /**
   * Reports a figure beside the book's.
   *
   * @param metric what was measured, with its unit if it has one; once per run. Figures whose
   *     metrics are the same up to the first comma share a chart
   * @param value the value; NaN and infinities are shown as such
   * @param book the book's figure, in the same unit, or null if the book has none
   * @throws IllegalArgumentException if the metric has been reported before in this run
   */
  void report(String metric, double value, ReferenceFigure book);

  /**
   * Reports a line of a chart, such as the validation accuracy after each epoch.
   *
   * @param chart what the chart shows, which is its title; experiments that name the same chart
   *     share a picture
   * @param line what this line is of; once per chart and run
   * @param values one value per epoch, from the first epoch on
   * @throws IllegalArgumentException if the chart already has this line in this run
   */
  void curve(String chart, String line, double... values);

  /**
   * Reports a chart whose x axis is not the epoch. The page shows the charts of the first seed,
   * with their values as CSV.
   *
   * @param title what it shows; once per run
   * @param chart the chart, whose own title the page does not need
   * @throws IllegalArgumentException if this run already has a picture with this title
   */
  void picture(String title, LineChart chart);

  /**
   * Reports a picture. The page shows the pictures of the first seed.
   *
   * @param title what it shows; once per run
   * @param svg the picture, an {@code <svg>} element that is copied into the page as it is
   * @throws IllegalArgumentException if this run already has a picture with this title
   */
  void picture(String title, String svg);
}
