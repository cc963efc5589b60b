package io.github.dl4jext.textbook.data;

import java.util.Arrays;
import java.util.List;

/**
 * A labelled set of images, all grey ({@code 28 x 28}) or all coloured ({@code 3 x 32 x 32}), in
 * three parts: training, validation (empty until {@link #holdOut}) and test. Immutable: the methods
 * return new sets.
 */
public final class ImageData {
  /** The ten classes of Fashion-MNIST, by label. */
  public static final List<String> FASHION =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private final String name;
  private final LabelledImages train;
  private final LabelledImages validation;
  private final LabelledImages test;
  private final boolean standardised;

  /** A set with nothing held out and features from 0 to 1. */
  ImageData(String name, LabelledImages train, LabelledImages test) {
    this(name, train, train.range(0, 0), test, false);
  }

  private ImageData(
      String name,
      LabelledImages train,
      LabelledImages validation,
      LabelledImages test,
      boolean standardised) {
    this.name = name;
    this.standardised = standardised;
    // Computed again for each set, so that the order of holdOut and standardised does not matter.
    PixelScale scale =
        standardised ? train.standardisingScale() : PixelScale.unit(train.pixelsPerImage());
    this.train = train.scaledBy(scale);
    this.validation = validation.scaledBy(scale);
    this.test = test.scaledBy(scale);
  }

  /**
   * The source of the images: {@code embedded}, {@code fashion-mnist}, {@code cifar-10}, or the
   * folder. {@link #part} adds to the name.
   */
  public String name() {
    return name;
  }

  /** Whether the images are coloured. */
  public boolean isColoured() {
    return train.pixelsPerImage() == LabelledImages.COLOUR_PIXELS;
  }

  /** The names of the classes; a label is an index into them. */
  public List<String> classNames() {
    return train.classNames();
  }

  /** The images to train on. */
  public LabelledImages train() {
    return train;
  }

  /** The images by which networks are compared and chosen; empty until {@link #holdOut}. */
  public LabelledImages validation() {
    return validation;
  }

  /** The images on which the chosen network is measured, once. */
  public LabelledImages test() {
    return test;
  }

  /** Whether the features are standardised; if not, they are from 0 to 1. */
  public boolean isStandardised() {
    return standardised;
  }

  /**
   * The same images with the last {@code k} training images as the validation part.
   *
   * @param k at least 1, and less than the number of training images
   * @return a new set
   * @throws IllegalArgumentException if {@code k} is out of range
   * @throws IllegalStateException if images have been held out already
   */
  public ImageData holdOut(int k) {
    if (validation.size() > 0) {
      throw new IllegalStateException(
          validation.size() + " images are held out already: call holdOut on the original data");
    }
    requireRange("images to hold out", k, train.size() - 1);
    int rest = train.size() - k;
    return new ImageData(
        name, train.range(0, rest), train.range(rest, train.size()), test, standardised);
  }

  /**
   * The same images with features standardised pixel by pixel: (x - mean) / standard deviation.
   * Both are computed from the training part and used for all parts. The mean of a pixel that is
   * the same in all training images is subtracted, and the rest divided by 255 instead, so that it
   * is not NaN.
   */
  public ImageData standardised() {
    return new ImageData(name, train, validation, test, true);
  }

  /**
   * The same set with only the first {@code n} training images, and all validation and test images.
   *
   * @param n at least 1, and at most the number of training images
   * @return a new set of the same name
   * @throws IllegalArgumentException if {@code n} is out of range
   */
  public ImageData firstTrain(int n) {
    requireRange("training images", n, train.size());
    return new ImageData(name, train.range(0, n), validation, test, standardised);
  }

  /**
   * The same set with only the first {@code n} training images, under a name that says so, since
   * figures for a part are not figures for the whole.
   *
   * @param n at least 1, and at most the number of training images
   * @return a new set, named such as {@code fashion-mnist, the first 3000}
   * @throws IllegalArgumentException if {@code n} is out of range
   */
  public ImageData part(int n) {
    requireRange("training images", n, train.size());
    return new ImageData(
        DataSource.partOf(name, n), train.range(0, n), validation, test, standardised);
  }

  /**
   * Only the images of some classes, in every part; the class {@code classes[i]} gets the label i.
   *
   * @param classes at least one label, none twice
   * @return a new set of the same name
   * @throws IllegalArgumentException if a label is out of range or given twice, or if no training
   *     image is of these classes
   */
  public ImageData onlyClasses(int... classes) {
    int highest = classNames().size() - 1;
    boolean inRange = Arrays.stream(classes).allMatch(c -> c >= 0 && c <= highest);
    if (classes.length == 0
        || !inRange
        || Arrays.stream(classes).distinct().count() < classes.length) {
      throw new IllegalArgumentException(
          "classes must be different labels from 0 to "
              + highest
              + ", was "
              + Arrays.toString(classes));
    }
    List<String> names = Arrays.stream(classes).mapToObj(classNames()::get).toList();
    LabelledImages kept = train.ofClasses(classes, names);
    if (kept.size() == 0) {
      throw new IllegalArgumentException("no training image is of the classes " + names);
    }
    return new ImageData(
        name,
        kept,
        validation.ofClasses(classes, names),
        test.ofClasses(classes, names),
        standardised);
  }

  private static void requireRange(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(what + " must be from 1 to " + most + ", was " + value);
    }
  }
}
