package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.SeededNoise;
import io.github.dl4jext.regularization.dropout.SeededWeightNoise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Monte-Carlo dropout: predicts each example many times with dropout on, and measures from the
 * spread how sure the network is.
 *
 * <pre>{@code
 * MonteCarloPrediction prediction =
 *     MonteCarloDropout.builder(net).samples(100).seed(42).build().predict(x);
 * prediction.mean();
 * prediction.mutualInformation();
 * }</pre>
 *
 * <p><b>What is random.</b> Only dropout and weight noise are random: batch normalization uses its
 * running statistics, and randomized activations their means. Dropout that {@code fit} ignores,
 * such as that of frozen layers, is ignored here too.
 *
 * <p><b>Random numbers.</b> They follow from the seed, the number of the sample, the number of the
 * example and the place of the dropout. The result of a call therefore does not depend on the batch
 * size, the number of threads, or the other examples, except for rounding of about 1e-7. ND4J's
 * random state is neither read nor changed.
 *
 * <p><b>Kinds of dropout.</b> DL4J's {@code Dropout}, {@code AlphaDropout}, {@code
 * GaussianDropout}, {@code GaussianNoise} and {@code SpatialDropout}, with or without a schedule,
 * which is read at the network's present iteration and epoch; every kind that implements {@link
 * SeededNoise}; {@link DropConnect} and every weight noise that implements {@link
 * SeededWeightNoise}, with one draw of the weights for each sample. Other kinds are refused when
 * the predictor is built, such as DL4J's {@code DropConnect}, which does not keep the mean. A
 * network whose dropout drops nothing at present, or that has none, is refused too, because all its
 * samples would be alike.
 *
 * <p><b>Threads.</b> A predictor works on copies of the layers over the same parameter memory, one
 * for each thread that predicts at the same time. Many threads may therefore share it, and the
 * network may be used meanwhile. It uses new weights as soon as training writes them, so do not
 * train and predict at the same time. Do not change the network's configuration after the predictor
 * is built, because copies that exist already keep the old one.
 *
 * <p><b>Speed and memory.</b> Layers in front of the first dropout run once for an example. The
 * other layers run for several samples at once. Mean and variance are updated with each sample, in
 * double, so that 1,000 samples take no more memory than 100.
 *
 * <p><b>Departs from {@code output(x, true)}</b>, in which batch normalization uses the batch's own
 * statistics, so that the prediction of a single example is useless.
 *
 * <p><b>Masks</b> of the inputs, as of padded text, act as in {@code output(x, false, mask, null)}.
 *
 * @see <a href="https://arxiv.org/abs/1506.02142">Gal, Ghahramani (2016)</a>
 */
public final class MonteCarloDropout {

  private final Model network;
  private final MonteCarloSettings settings;
  private final Queue<InferencePlan> idle = new ConcurrentLinkedQueue<>();

  private MonteCarloDropout(Model network, MonteCarloSettings settings) {
    this.network = network;
    this.settings = settings;
    InferencePlan plan = InferencePlan.forNetwork(network);
    TrainingProgress progress = Network.of(network).progress();
    plan.requireRandomAt(progress.iterations(), progress.epochs());
    idle.add(plan);
  }

  /**
   * Begins to build a predictor.
   *
   * @param network an initialised network with dropout or weight noise
   * @return a builder whose settings all have defaults
   * @throws NullPointerException if the network is null
   */
  public static Builder builder(Model network) {
    return new Builder(Objects.requireNonNull(network, "no network given"));
  }

  /**
   * Copies a network so that it drops whenever it is used, in {@code output(x)} too. Each dropout
   * becomes a {@link MonteCarloDropoutLayer}; weight noise still acts in training only. This is for
   * code that knows nothing of Monte-Carlo dropout.
   *
   * @param network a network with dropout; it is not changed
   * @param <M> its type
   * @return a new network with the same parameters, updater's state and counters
   * @throws IllegalArgumentException if no dropout acts, or if one cannot be taken out of its layer
   */
  @SuppressWarnings("unchecked") // a copy has the type of its original
  public static <M extends Model> M alwaysOn(M network) {
    return (M) AlwaysOnDropout.switchedOn(Objects.requireNonNull(network, "no network given"));
  }

  /**
   * Predicts examples, which are numbered from 0.
   *
   * @param x one example per index of dimension 0
   * @return the statistics of the samples of the network's only output
   * @throws IllegalArgumentException if the network has several inputs or outputs
   */
  public MonteCarloPrediction predict(INDArray x) {
    return predict(x, 0);
  }

  /**
   * Predicts a part of a data set, with the same random numbers as in the whole.
   *
   * @param x one example per index of dimension 0
   * @param firstExample the number of the part's first example in the whole, from 0
   * @return the statistics of the samples of the network's only output
   * @throws IllegalArgumentException if the network has several inputs or outputs
   */
  public MonteCarloPrediction predict(INDArray x, long firstExample) {
    return only(predictAll(firstExample, x));
  }

  /**
   * Predicts sequences of different lengths. Examples are numbered from 0.
   *
   * @param x one padded sequence per index of dimension 0
   * @param mask 1 for the steps that exist and 0 for padding, of shape {@code [examples, steps]}
   * @return the statistics of the samples of the network's only output
   * @throws IllegalArgumentException if the network has several inputs or outputs
   */
  public MonteCarloPrediction predict(INDArray x, INDArray mask) {
    return only(predictAll(0, new INDArray[] {x}, new INDArray[] {mask}));
  }

  private static MonteCarloPrediction only(List<MonteCarloPrediction> all) {
    if (all.size() != 1) {
      throw new IllegalArgumentException(
          "the network has " + all.size() + " outputs: call predictAll, which gives all of them");
    }
    return all.get(0);
  }

  /**
   * Predicts all outputs of a graph. Examples are numbered from 0.
   *
   * @param inputs an array for each input of the network, in its order
   * @return one prediction per output, in the network's order
   * @throws IllegalArgumentException if the inputs' number or their numbers of examples do not fit
   */
  public List<MonteCarloPrediction> predictAll(INDArray... inputs) {
    return predictAll(0, inputs);
  }

  /**
   * Predicts all outputs of a graph for a part of a data set.
   *
   * @param firstExample the number of the part's first example in the whole, from 0
   * @param inputs an array for each input of the network, in its order
   * @return one prediction per output, in the network's order
   * @throws IllegalArgumentException if the inputs' number or their numbers of examples do not fit
   */
  public List<MonteCarloPrediction> predictAll(long firstExample, INDArray... inputs) {
    return predictAll(firstExample, inputs, null);
  }

  /**
   * Predicts all outputs of a network for a part of a data set, with masks.
   *
   * @param firstExample the number of the part's first example in the whole, from 0
   * @param inputs an array for each input of the network, in its order
   * @param masks a mask for each input, or null for an input without one; null if there are none
   * @return one prediction per output, in the network's order
   * @throws IllegalArgumentException if the number of inputs or masks, or their numbers of
   *     examples, do not fit
   */
  public List<MonteCarloPrediction> predictAll(
      long firstExample, INDArray[] inputs, @Nullable INDArray @Nullable [] masks) {
    InferencePlan plan = borrow();
    plan.check(inputs);
    plan.checkMasks(masks, inputs[0].size(0));
    TrainingProgress progress = Network.of(network).progress();
    // a scheduled rate may be 0 by now
    plan.requireRandomAt(progress.iterations(), progress.epochs());
    List<MonteCarloPrediction> predictions =
        new MonteCarloRun(plan, settings, progress.iterations(), progress.epochs())
            .predict(inputs, masks, firstExample);
    // not after an exception, because its layers may refer to arrays that no longer exist
    idle.add(plan);
    return predictions;
  }

  /**
   * Predicts a data set batch by batch, with its masks. Examples are numbered from 0 through the
   * whole data set. The network does not change, even if the iterator throws an exception.
   *
   * @param data the data, which are reset first if possible; results are repeatable only if the
   *     iterator does not shuffle
   * @return the predictions of all batches as one
   * @throws IllegalArgumentException if there is no batch, or the network has several outputs
   */
  public MonteCarloPrediction predict(DataSetIterator data) {
    return only(predictAll(data));
  }

  /**
   * Predicts a data set of several inputs as {@link #predict(DataSetIterator)} does.
   *
   * @param data the data, which are reset first if possible
   * @return the predictions of all batches as one
   * @throws IllegalArgumentException if there is no batch, or the network has several outputs
   */
  public MonteCarloPrediction predict(MultiDataSetIterator data) {
    return only(predictAll(data));
  }

  /**
   * Predicts a data set as {@link #predictAll(MultiDataSetIterator)} does.
   *
   * @param data the data, which are reset first if possible
   * @return one prediction per output, of all batches as one, in the network's order
   * @throws IllegalArgumentException if there is no batch
   */
  public List<MonteCarloPrediction> predictAll(DataSetIterator data) {
    return predictAll(new MultiDataSetIteratorAdapter(data));
  }

  /**
   * Predicts all outputs for a data set, batch by batch with its masks. Examples are numbered from
   * 0 through the whole data set.
   *
   * @param data the data, which are reset first if possible; results are repeatable only if the
   *     iterator does not shuffle
   * @return one prediction per output, of all batches as one, in the network's order
   * @throws IllegalArgumentException if there is no batch
   */
  public List<MonteCarloPrediction> predictAll(MultiDataSetIterator data) {
    if (data.resetSupported()) {
      data.reset();
    }
    List<List<MonteCarloPrediction>> batches = new ArrayList<>();
    long first = 0;
    while (data.hasNext()) {
      MultiDataSet batch = data.next();
      batches.add(predictAll(first, batch.getFeatures(), batch.getFeaturesMaskArrays()));
      first += batch.getFeatures(0).size(0);
    }
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("the iterator has no data: there is nothing to predict");
    }
    return IntStream.range(0, batches.get(0).size())
        .mapToObj(i -> MonteCarloPrediction.joined(batches.stream().map(b -> b.get(i)).toList()))
        .toList();
  }

  /** Discards idle plans once the network has a new array of parameters. */
  private InferencePlan borrow() {
    InferencePlan plan = idle.poll();
    while (plan != null && plan.parameters() != InferencePlan.address(network)) {
      plan = idle.poll();
    }
    return plan == null ? InferencePlan.forNetwork(network) : plan;
  }

  /** Collects the settings. Each has a default; the network must have dropout. */
  public static final class Builder {

    private final Model network;
    private int samples = 100;
    private long seed;
    private @Nullable Integer batchSize;
    private @Nullable Double tolerance;
    private int minimumSamples = 30;
    private @Nullable Double level;
    private boolean keepSamples;
    private boolean sameMask;
    private @Nullable OutputType outputType;

    private Builder(Model network) {
      this.network = network;
    }

    /**
     * Sets how many samples an example gets, or, with {@link #untilStandardErrorBelow}, gets at
     * most; default 100.
     *
     * @param number 1 or more
     * @return this
     */
    public Builder samples(int number) {
      samples = number;
      return this;
    }

    /**
     * Sets the seed of the random numbers; default 0.
     *
     * @param number any number
     * @return this
     */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /**
     * Sets how many rows, examples times samples, are computed together. This limits memory, and
     * changes results by no more than rounding. The default is the number of rows whose activations
     * take about eight megabytes, between 16 and 8192 rows.
     *
     * @param rows 1 or more
     * @return this
     */
    public Builder batchSize(int rows) {
      batchSize = rows;
      return this;
    }

    /**
     * Stops sampling an example as soon as the standard errors of all its means are below a limit.
     * A standard error is only an estimate, and because it is checked many times, the last one is a
     * little too small on average: leave a margin. By default there is no limit.
     *
     * @param error the limit, in the unit of the output, above 0
     * @return this
     */
    public Builder untilStandardErrorBelow(double error) {
      tolerance = error;
      return this;
    }

    /**
     * Sets how many samples an example gets before its standard error is checked; default 30.
     *
     * @param number 2 or more, and at most the number of samples
     * @return this
     */
    public Builder minimumSamples(int number) {
      minimumSamples = number;
      return this;
    }

    /**
     * Keeps the samples that a credible interval needs: the smallest and the largest ones of every
     * output, which are {@code (1 - share) samples + 4} numbers instead of all. The interval is
     * exactly that of all samples.
     *
     * @param share the share of the samples in the interval, in {@code (0, 1)}, such as 0.95
     * @return this
     */
    public Builder credibleInterval(double share) {
      level = share;
      return this;
    }

    /**
     * Keeps all samples, which take 8 bytes for each number. It cannot be combined with {@link
     * #untilStandardErrorBelow}.
     *
     * @return this
     */
    public Builder keepSamples() {
      keepSamples = true;
      return this;
    }

    /**
     * Gives all examples of a sample the same dropout mask, in all batches, so that a sample is one
     * network of the ensemble. By default each example has its own masks, as in training.
     *
     * @return this
     */
    public Builder sameMaskForAllExamples() {
      sameMask = true;
      return this;
    }

    /**
     * Sets the meaning of all outputs, for networks whose output layers do not show it. By default
     * it is read from the output layers.
     *
     * @param numbers the meaning of the outputs' numbers
     * @return this
     */
    public Builder outputsAre(OutputType numbers) {
      outputType = numbers;
      return this;
    }

    /**
     * Makes the predictor. The builder may be changed afterwards and used again.
     *
     * @return a predictor for any number of threads
     * @throws IllegalArgumentException if a setting is out of range, or if the network has no
     *     dropout or weight noise that acts, or has a kind that cannot be seeded; the message says
     *     what to do
     */
    public MonteCarloDropout build() {
      return new MonteCarloDropout(
          network,
          new MonteCarloSettings(
              samples,
              seed,
              batchSize,
              tolerance,
              minimumSamples,
              level,
              keepSamples,
              sameMask,
              outputType));
    }
  }
}
