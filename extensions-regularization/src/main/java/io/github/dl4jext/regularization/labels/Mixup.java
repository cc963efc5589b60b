package io.github.dl4jext.regularization.labels;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.random.RandomDataGenerator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mixup: every example of a batch is mixed with another one of the batch, inputs and labels alike,
 * {@code x <- m x + (1 - m) x'}, {@code y <- m y + (1 - m) y'}, with m from Beta(a, a).
 *
 * <p>The network learns outputs that change linearly from one example to another. It overfits less,
 * also to wrong labels.
 *
 * <pre>{@code
 * trainingData.setPreProcessor(new Mixup(0.2, 42));
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>a</td><td>alpha</td><td>(0, inf)</td><td>required; 0.1 to 0.4 for images</td><td>small:
 *   nearly one of the two examples; 1: all shares equally likely</td></tr>
 * <tr><td>-</td><td>seed</td><td>any</td><td>required</td><td>-</td></tr></table>
 *
 * <p><b>Draws.</b> Each example gets a share m, and a partner by a permutation of the batch. Both
 * follow from the seed and the number of the batch, counted from 0, so that the same seed gives the
 * same mixtures for the same sequence of batches. {@link #startAt} lets a resumed training continue
 * with the same mixtures.
 *
 * <p><b>Where.</b> Mixup is set on an iterator and mixes its batches. Set it on the iterator of the
 * training data, not on that of validation or test data. To put it behind a normalizer, use DL4J's
 * {@code CompositeDataSetPreProcessor}. If an iterator returns the same {@code DataSet} object at
 * each epoch, the data are mixed again at each epoch; DL4J's {@code ListDataSetIterator} and its
 * data loaders make a new one each time.
 *
 * <p><b>Shape and type.</b> Features and labels of any shape with the examples along dimension 0,
 * of a floating type. A {@code MultiDataSet} gets the same shares and partners in all its arrays.
 * The arrays given are not changed; the data set gets new ones. Several threads may use one
 * instance, and then share one sequence of draws.
 *
 * <p><b>Edges.</b> Class numbers are refused as labels, which must be one-hot. Masks of features or
 * labels are refused too, because two examples with different masks have no mixture. A batch of one
 * example does not change.
 *
 * <p><b>Check.</b> The mean of m is 1/2, its variance 1 / (8 a + 4).
 *
 * <p><b>Departs from the paper.</b> Each example has its own share, as in fastai and Keras; the
 * authors' code and PyTorch's recipes draw one share for a batch.
 *
 * @see <a href="https://arxiv.org/abs/1710.09412">Zhang, Cisse, Dauphin, Lopez-Paz (2017)</a>
 */
public final class Mixup implements DataSetPreProcessor, MultiDataSetPreProcessor {

  private static final long serialVersionUID = 1L;

  private static final String NAME = "mixup";

  private static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, inf)").doc("both parameters of the Beta distribution");

  private final double alpha;
  private final long seed;
  private final AtomicLong batches = new AtomicLong();

  /**
   * Mixes examples with shares from Beta(alpha, alpha).
   *
   * @param alpha both parameters of the Beta distribution, in {@code (0, inf)}
   * @param seed any number; the same seed gives the same mixtures
   * @throws io.github.dl4jext.spi.InvalidArgumentException if alpha is out of range
   */
  public Mixup(double alpha, long seed) {
    Checks.of(NAME).check(ALPHA, alpha).done();
    this.alpha = alpha;
    this.seed = seed;
  }

  /**
   * Sets the number of the next batch, for a training that is resumed:
   *
   * <pre>{@code
   * Resumed resumed = Checkpoint.resume(folder);
   * MultiLayerNetwork net = resumed.network();
   * long done = net.getIterationCount() - resumed.batchesOfEpoch();   // before this epoch
   * training.setPreProcessor(new Mixup(0.2, 42).startAt(done));
   * resumed.fit(training, epochs);
   * }</pre>
   *
   * @param batch the number of batches that were mixed before, at least 0
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is negative
   */
  public Mixup startAt(long batch) {
    Checks.of(NAME).that(batch >= 0, "batch", "at least 0", batch).done();
    batches.set(batch);
    return this;
  }

  /** Checks what Java serialization has read. */
  private Object readResolve() {
    return new Mixup(alpha, seed).startAt(batches.get());
  }

  @Override
  public void preProcess(DataSet data) {
    requireNoMask(data.getFeaturesMaskArray());
    requireNoMask(data.getLabelsMaskArray());
    requireMixable(data.getFeatures(), data.getLabels());
    Draws draws = draw((int) data.getFeatures().size(0));
    data.setFeatures(draws.mixed(data.getFeatures()));
    data.setLabels(draws.mixed(data.getLabels()));
  }

  @Override
  public void preProcess(MultiDataSet data) {
    requireNoMask(data.getFeaturesMaskArrays());
    requireNoMask(data.getLabelsMaskArrays());
    for (INDArray features : data.getFeatures()) {
      for (INDArray labels : data.getLabels()) {
        requireMixable(features, labels);
      }
    }
    Draws draws = draw((int) data.getFeatures(0).size(0));
    data.setFeatures(Arrays.stream(data.getFeatures()).map(draws::mixed).toArray(INDArray[]::new));
    data.setLabels(Arrays.stream(data.getLabels()).map(draws::mixed).toArray(INDArray[]::new));
  }

  private static void requireNoMask(INDArray... masks) {
    if (masks != null && Arrays.stream(masks).anyMatch(mask -> mask != null)) {
      throw new IllegalArgumentException(
          NAME + ": examples with masks cannot be mixed; leave mixup out for these data");
    }
  }

  private static void requireMixable(INDArray features, INDArray labels) {
    Checks.of(NAME)
        .that(features != null, "features", "given", features)
        .that(labels != null, "labels", "given, as they are mixed too", labels)
        .done();
    if (!features.isR()) {
      throw new IllegalArgumentException(
          NAME
              + ": features must be floating-point numbers, were "
              + features.dataType()
              + "; let a normalizer come first");
    }
    boolean column = labels.rank() == 1 || labels.rank() == 2 && labels.size(1) == 1;
    if (!labels.isR() || column && areClassNumbers(labels)) {
      throw new IllegalArgumentException(
          NAME
              + ": labels must be one-hot, or quantities that can be mixed, were class numbers"
              + " (integers of type "
              + labels.dataType()
              + ", shape "
              + Arrays.toString(labels.shape())
              + "); make them one-hot, or scale quantities that happen to be whole numbers");
    }
    if (features.size(0) != labels.size(0)) {
      throw new IllegalArgumentException(
          NAME
              + ": there must be as many labels as features, were "
              + labels.size(0)
              + " and "
              + features.size(0));
    }
  }

  /** Whether all are whole numbers, some above 1; 0 and 1 alone are the labels of one yes or no. */
  private static boolean areClassNumbers(INDArray labels) {
    double[] values = labels.dup().data().asDouble();
    return Arrays.stream(values).allMatch(value -> value >= 0 && value == Math.rint(value))
        && Arrays.stream(values).anyMatch(value -> value > 1);
  }

  /** A share and a partner for each example. */
  private record Draws(double[] shares, int[] partners) {

    INDArray mixed(INDArray array) {
      if (shares.length == 1) {
        return array;
      }
      long[] each = new long[array.rank()];
      Arrays.fill(each, 1);
      each[0] = shares.length;
      INDArray share = Nd4j.createFromArray(shares).castTo(array.dataType()).reshape('c', each);
      INDArray partner =
          Nd4j.exec(
              DynamicCustomOp.builder("gather")
                  .addInputs(array, Nd4j.createFromArray(partners))
                  .addIntegerArguments(0)
                  .build())[0];
      return array.mul(share).addi(partner.mul(share.rsub(1)));
    }
  }

  private Draws draw(int examples) {
    RandomGenerator bits = new Well19937c(CounterRandom.mix(seed, batches.getAndIncrement()));
    RandomDataGenerator random = new RandomDataGenerator(bits);
    double[] shares = new BetaDistribution(bits, alpha, alpha).sample(examples);
    return new Draws(shares, random.nextPermutation(examples, examples));
  }

  @Override
  public String toString() {
    return "Mixup(alpha=" + alpha + ", seed=" + seed + ")";
  }
}
