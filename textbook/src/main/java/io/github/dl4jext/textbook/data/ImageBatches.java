package io.github.dl4jext.textbook.data;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gives minibatches of images in memory, in order or in a new random order in every epoch.
 *
 * <p>None of DL4J's iterators fits: ListDataSetIterator never shuffles and merges examples one by
 * one, SamplingDataSetIterator draws with replacement, and a shuffled DataSet copies all its rows
 * through views in every epoch. Here a batch is one float array that is filled from bytes and
 * passed to ND4J as a whole.
 */
final class ImageBatches implements DataSetIterator {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> classNames;
  private final byte[] pixels;
  private final byte[] labels;
  private final PixelScale scale;
  private final int batchSize;
  private final Long seed;
  private final int[] order;
  private int epoch;
  private int position;
  private DataSetPreProcessor preProcessor;

  /**
   * @param seed the seed of the shuffling; null keeps the order of the images
   */
  ImageBatches(
      List<String> classNames,
      byte[] pixels,
      byte[] labels,
      PixelScale scale,
      int batchSize,
      Long seed) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, was " + batchSize);
    }
    this.classNames = new ArrayList<>(classNames);
    this.pixels = pixels;
    this.labels = labels;
    this.scale = scale;
    this.batchSize = batchSize;
    this.seed = seed;
    this.order = new int[labels.length];
    arrange();
  }

  /** Puts the images into the order of the current epoch, which does not depend on the last one. */
  private void arrange() {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (seed == null) {
      return;
    }
    // SplittableRandom's algorithm is the same in every Java. The seed is scrambled first, so that
    // (seed 1, epoch 0) and (seed 0, epoch 1) do not share an order.
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  @Override
  public boolean hasNext() {
    return position < order.length;
  }

  @Override
  public DataSet next() {
    return next(batchSize);
  }

  @Override
  public DataSet next(int num) {
    if (num < 1) {
      throw new IllegalArgumentException("a batch must have at least 1 image, asked for " + num);
    }
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch is over: call reset()");
    }
    int n = Math.min(num, order.length - position);
    float[] features = new float[Math.multiplyExact(n, scale.places())];
    byte[] batchLabels = new byte[n];
    for (int i = 0; i < n; i++) {
      int image = order[position + i];
      scale.copy(pixels, image, features, i * scale.places());
      batchLabels[i] = labels[image];
    }
    position += n;
    DataSet batch =
        new DataSet(
            Nd4j.create(features, new long[] {n, scale.places()}, 'c'),
            oneHot(batchLabels, classNames.size()));
    if (preProcessor != null) {
      preProcessor.preProcess(batch);
    }
    return batch;
  }

  static INDArray oneHot(byte[] labels, int classes) {
    float[] ones = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      ones[i * classes + labels[i]] = 1f;
    }
    return Nd4j.create(ones, new long[] {labels.length, classes}, 'c');
  }

  /** Starts the next epoch; does nothing if the current one has not given a batch yet. */
  @Override
  public void reset() {
    // Some callers reset twice to be safe; an epoch from which no batch was taken must not use up
    // an
    // order.
    if (position > 0) {
      position = 0;
      epoch++;
      arrange();
    }
  }

  @Override
  public int inputColumns() {
    return scale.places();
  }

  @Override
  public int totalOutcomes() {
    return classNames.size();
  }

  @Override
  public int batch() {
    return batchSize;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** A thread of its own would not pay: a batch takes far less time than a training step on it. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public List<String> getLabels() {
    return List.copyOf(classNames);
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }
}
