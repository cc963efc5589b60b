package io.github.dl4jext.textbook.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One part (training, validation or test) of an {@link ImageData}: grey images of 28 x 28 pixels,
 * or coloured ones of 3 x 32 x 32, with a label each. Immutable.
 *
 * <p>Features are single-precision numbers: brightness from 0 (black) to 1, or standardised when
 * the {@link ImageData} is. Row i of features and labels belongs to image i.
 */
public final class LabelledImages {
  /** Rows, and columns, of a grey image. */
  public static final int SIDE = 28;

  /** Pixels of a grey image, which is the number of features. */
  public static final int PIXELS = SIDE * SIDE;

  /** Rows, and columns, of a coloured image. */
  public static final int COLOUR_SIDE = 32;

  /** Numbers of a coloured image: the red values row by row, then the green and the blue ones. */
  public static final int COLOUR_PIXELS = 3 * COLOUR_SIDE * COLOUR_SIDE;

  private final List<String> classNames;
  private final byte[] pixels;
  private final byte[] labels;
  private final PixelScale scale;

  /**
   * Keeps the arrays, which the caller must not change afterwards.
   *
   * @param pixels the images one after another, each row by row from the top left, as unsigned
   *     bytes
   * @param labels the index into {@code classNames} of each image
   */
  LabelledImages(List<String> classNames, byte[] pixels, byte[] labels, PixelScale scale) {
    if (pixels.length != labels.length * scale.places()) {
      throw new IllegalArgumentException(
          "pixels must be "
              + labels.length
              + " x "
              + scale.places()
              + " bytes, was "
              + pixels.length);
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "label " + i + " must be from 0 to " + (classNames.size() - 1) + ", was " + labels[i]);
      }
    }
    this.classNames = List.copyOf(classNames);
    this.pixels = pixels;
    this.labels = labels;
    this.scale = scale;
  }

  /** The number of images. */
  public int size() {
    return labels.length;
  }

  /** The number of values of an image, which is the number of features. */
  public int pixelsPerImage() {
    return scale.places();
  }

  /** The names of the classes; a label is an index into them. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * The label of an image, from 0 on.
   *
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public int label(int image) {
    return labels[Objects.checkIndex(image, size())];
  }

  /**
   * A copy of the pixels of an image before scaling, row by row from the top left, as unsigned
   * bytes. In a coloured image the red values come first, then the green and the blue ones.
   *
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public byte[] pixels(int image) {
    Objects.checkIndex(image, size());
    return Arrays.copyOfRange(pixels, image * scale.places(), (image + 1) * scale.places());
  }

  /** How many images each class has, by label. */
  public int[] classCounts() {
    int[] counts = new int[classNames.size()];
    for (byte label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * All features as one new array of shape [{@link #size()}, {@link #pixelsPerImage()}], type
   * FLOAT.
   *
   * @throws IllegalStateException if there are no images
   */
  public INDArray features() {
    return allInOrder().next().getFeatures();
  }

  /**
   * The features of some images as one new array, a row for each, type FLOAT.
   *
   * @param images the indices of the images, in the order of the rows; at least one
   * @return the features, of shape [number of images, {@link #pixelsPerImage()}]
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public INDArray features(List<Integer> images) {
    float[] features = new float[Math.multiplyExact(images.size(), scale.places())];
    for (int row = 0; row < images.size(); row++) {
      int image = Objects.checkIndex(images.get(row), size());
      scale.copy(pixels, image, features, row * scale.places());
    }
    return Nd4j.create(features, new long[] {images.size(), scale.places()}, 'c');
  }

  /**
   * All labels as one new one-hot array of shape [{@link #size()}, classes], type FLOAT.
   *
   * @throws IllegalStateException if there are no images
   */
  public INDArray labels() {
    // Not through allInOrder, which would build the features too.
    return ImageBatches.oneHot(requireSome().labels, classNames.size());
  }

  /**
   * For training: minibatches in a new random order in every epoch. The order depends only on the
   * seed, the number of the epoch and the number of images. The last batch has the remaining
   * images.
   *
   * @param batchSize images per batch, at least 1
   * @param seed the seed of the order
   * @return a new iterator
   * @throws IllegalArgumentException if the batch size is below 1
   * @throws IllegalStateException if there are no images
   */
  public DataSetIterator shuffledBatches(int batchSize, long seed) {
    return new ImageBatches(classNames, requireSome().pixels, labels, scale, batchSize, seed);
  }

  /**
   * For evaluation: minibatches in the order of the images. The last batch has the remaining
   * images.
   *
   * @param batchSize images per batch, at least 1
   * @return a new iterator
   * @throws IllegalArgumentException if the batch size is below 1
   * @throws IllegalStateException if there are no images
   */
  public DataSetIterator batches(int batchSize) {
    return new ImageBatches(classNames, requireSome().pixels, labels, scale, batchSize, null);
  }

  private DataSetIterator allInOrder() {
    return batches(Math.max(1, size()));
  }

  private LabelledImages requireSome() {
    if (size() == 0) {
      throw new IllegalStateException(
          "there are no images in this part: call ImageData.holdOut before asking for validation images");
    }
    return this;
  }

  /** Images from {@code from} to {@code to}, exclusive. */
  LabelledImages range(int from, int to) {
    byte[] some = Arrays.copyOfRange(pixels, from * scale.places(), to * scale.places());
    return new LabelledImages(classNames, some, Arrays.copyOfRange(labels, from, to), scale);
  }

  /** The images of these classes, in the same order; class {@code kept[i]} becomes class i. */
  LabelledImages ofClasses(int[] kept, List<String> keptNames) {
    byte[] newLabel = new byte[classNames.size()];
    Arrays.fill(newLabel, (byte) -1);
    for (int i = 0; i < kept.length; i++) {
      newLabel[kept[i]] = (byte) i;
    }
    int places = scale.places();
    byte[] somePixels = new byte[pixels.length];
    byte[] someLabels = new byte[labels.length];
    int n = 0;
    for (int i = 0; i < labels.length; i++) {
      if (newLabel[labels[i]] >= 0) {
        System.arraycopy(pixels, i * places, somePixels, n * places, places);
        someLabels[n++] = newLabel[labels[i]];
      }
    }
    return new LabelledImages(
        keptNames, Arrays.copyOf(somePixels, n * places), Arrays.copyOf(someLabels, n), scale);
  }

  LabelledImages scaledBy(PixelScale other) {
    return new LabelledImages(classNames, pixels, labels, other);
  }

  PixelScale standardisingScale() {
    return PixelScale.standardising(pixels, scale.places());
  }
}
