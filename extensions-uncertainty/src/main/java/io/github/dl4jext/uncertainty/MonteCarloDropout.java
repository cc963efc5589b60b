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
 * Monte-Carlo dropout: predicts each example many times with dropout on, and measures by the spread
 * how sure the network is.
 *
 * <pre>{@code
 * MonteCarloPrediction prediction =
 *     MonteCarloDropout.builder(net).samples(100).seed(42).build().predict(x);
 * prediction.mean();
 * prediction.mutualInformation();
 * }</pre>
 *
 * <p><b>What is random.</b> Dropout, and nothing else: batch normalization uses its running
 * statistics, and randomized activations their means. What {@code fit} does not drop is not dropped
 * here, such as the dropout of frozen layers.
 *
 * <p><b>Random numbers.</b> They follow from the seed, the number of the sample, the number of the
 * example and the place of the dropout. So the same call gives the same result whatever the batch
 * size, the number of threads, or the other examples, but for rounding of about 1e-7. ND4J's random
 * state is neither read nor changed.
 *
 * <p><b>Kinds of dropout.</b> DL4J's {@code Dropout}, {@code AlphaDropout}, {@code
 * GaussianDropout}, {@code GaussianNoise} and {@code SpatialDropout}, with or without a schedule,
 * which is read where training stands; every kind that implements {@link SeededNoise}; {@link
 * DropConnect} and every weight noise that implements {@link SeededWeightNoise}, with one draw of
 * the weights for each sample. Other kinds are refused when the predictor is built, such as DL4J's
 * {@code DropConnect}, which does not keep the mean. So is a network without dropout, or with one
 * that drops nothing where training stands: all its samples would be alike.
 *
 * <p><b>Threads.</b> A predictor works on copies of the layers over the same parameter memory, one
 * for each thread that predicts at the same time. So many threads may share it, and the network may
 * be used meanwhile. It sees new weights as soon as training writes them: do not train and predict
 * at once. Of the configuration it sees what it was when the predictor was built.
 *
 * <p><b>Speed and memory.</b> Layers in front of the first dropout run once for an example. The
 * rest runs for several samples at once. Moments are summed up as samples come, in double, so 1,000
 * samples take the memory of 100.
 *
 * <p><b>Departs from {@code output(x, true)}</b>, which uses the batch's own statistics in batch
 * normalization: a single example then becomes nonsense.
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
   * Begins.
   *
   * @param network initialised, with dropout
   * @return settings, each of which has a default
   */
  public static Builder builder(Model network) {
    return new Builder(Objects.requireNonNull(network, "no network given"));
  }

  /**
   * Copies a network so that it drops out whenever it is used, by {@code output(x)} too: each
   * dropout becomes a {@link MonteCarloDropoutLayer}. For code that knows nothing of Monte-Carlo
   * dropout.
   *
   * @param network with dropout; it is not touched
   * @param <M> its type
   * @return a new network with the same parameters, updater state and counters
   * @throws IllegalArgumentException if there is no dropout that acts, or none that can be taken
   *     out of its layer
   */
  @SuppressWarnings("unchecked") // a copy has the type of its original
  public static <M extends Model> M alwaysOn(M network) {
    return (M) AlwaysOnDropout.switchedOn(Objects.requireNonNull(network, "no network given"));
  }

  /**
   * Predicts. Examples are numbered from 0.
   *
   * @param x one example per index of dimension 0
   * @return what the samples of the network's only output say
   * @throws IllegalArgumentException if the network has several inputs or outputs
   */
  public MonteCarloPrediction predict(INDArray x) {
    return predict(x, 0);
  }

  /**
   * Predicts a piece of a data set, with the random numbers that it has in the whole.
   *
   * @param x one example per index of dimension 0
   * @param firstExample the number of the first of them
   * @return what the samples of the network's only output say
   * @throws IllegalArgumentException if the network has several inputs or outputs
   */
  public MonteCarloPrediction predict(INDArray x, long firstExample) {
    return only(predictAll(firstExample, x));
  }

  /**
   * Predicts sequences of several lengths. Examples are numbered from 0.
   *
   * @param x one padded sequence per index of dimension 0
   * @param mask 1 where there is something and 0 where it is padded, of shape {@code [examples,
   *     steps]}
   * @return what the samples of the network's only output say
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
   * @param inputs as many as the network has, in its order
   * @return one prediction per output, in the network's order
   */
  public List<MonteCarloPrediction> predictAll(INDArray... inputs) {
    return predictAll(0, inputs);
  }

  /**
   * Predicts all outputs of a graph for a piece of a data set.
   *
   * @param firstExample the number of the first example
   * @param inputs as many as the network has, in its order
   * @return one prediction per output, in the network's order
   */
  public List<MonteCarloPrediction> predictAll(long firstExample, INDArray... inputs) {
    return predictAll(firstExample, inputs, null);
  }

  /**
   * Predicts all outputs of a network for a piece of a data set, with masks.
   *
   * @param firstExample the number of the first example
   * @param inputs as many as the network has, in its order
   * @param masks a mask for each input, null for one without; or null for none at all
   * @return one prediction per output, in the network's order
   * @throws IllegalArgumentException if their number or their numbers of examples do not fit
   */
  public List<MonteCarloPrediction> predictAll(
      long firstExample, INDArray[] inputs, @Nullable INDArray @Nullable [] masks) {
    InferencePlan plan = borrow();
    plan.check(inputs);
    plan.checkMasks(masks, inputs[0].size(0));
    TrainingProgress progress = Network.of(network).progress();
    // a rate by schedule may have come to 0
    plan.requireRandomAt(progress.iterations(), progress.epochs());
    List<MonteCarloPrediction> predictions =
        new MonteCarloRun(plan, settings, progress.iterations(), progress.epochs())
            .predict(inputs, masks, firstExample);
    // not after an exception: its layers may hold on to arrays that are gone
    idle.add(plan);
    return predictions;
  }

  /**
   * Predicts a data set batch by batch, with its masks. Examples are numbered through it. The
   * network is left as it is, also if the data throw.
   *
   * @param data from its beginning; it must not shuffle for results to be repeatable
   * @return the predictions of all batches as one
   * @throws IllegalArgumentException if there is no batch, or the network has several outputs
   */
  public MonteCarloPrediction predict(DataSetIterator data) {
    return only(predictAll(data));
  }

  /** Predicts a data set of several inputs as {@link #predict(DataSetIterator)} does. */
  public MonteCarloPrediction predict(MultiDataSetIterator data) {
    return only(predictAll(data));
  }

  /** Predicts a data set as {@link #predictAll(MultiDataSetIterator)} does. */
  public List<MonteCarloPrediction> predictAll(DataSetIterator data) {
    return predictAll(new MultiDataSetIteratorAdapter(data));
  }

  /**
   * Predicts all outputs for a data set, batch by batch with its masks, numbered through it.
   *
   * @param data from its beginning; it must not shuffle for results to be repeatable
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
     * Sets how many samples an example gets, at most where a standard error ends them; default 100.
     *
     * @param number 1 or more
     * @return this
     */
    public Builder samples(int number) {
      samples = number;
      return this;
    }

    /**
     * Sets what the random numbers follow from, with the number of the example; default 0.
     *
     * @param number any
     * @return this
     */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /**
     * Sets how many rows, examples times samples, are computed together. It bounds memory and
     * changes no result but for rounding. By default so many that their activations come to about
     * eight megabytes, between 16 and 8192.
     *
     * @param rows 1 or more
     * @return this
     */
    public Builder batchSize(int rows) {
      batchSize = rows;
      return this;
    }

    /**
     * Ends the samples of an example as soon as the standard errors of all its means are below a
     * bound. An error is only an estimate, so that many looks at it make it a little too small in
     * the end: leave a margin.
     *
     * @param error in the unit of the output, above 0
     * @return this
     */
    public Builder untilStandardErrorBelow(double error) {
      tolerance = error;
      return this;
    }

    /**
     * Sets how many samples an example gets before its standard error is looked at; default 30.
     *
     * @param number 2 or more
     * @return this
     */
    public Builder minimumSamples(int number) {
      minimumSamples = number;
      return this;
    }

    /**
     * Keeps what a credible interval needs: the smallest and largest samples of every output,
     * {@code (1 - share) samples + 4} numbers in place of all of them. The interval is that of the
     * samples, with no other error.
     *
     * @param share of the samples in it, such as 0.95
     * @return this
     */
    public Builder credibleInterval(double share) {
      level = share;
      return this;
    }

    /**
     * Keeps all samples, 8 bytes for each number.
     *
     * @return this
     */
    public Builder keepSamples() {
      keepSamples = true;
      return this;
    }

    /**
     * Gives all examples of a sample the same mask, whatever the batch: a sample is then one
     * network of the ensemble. Otherwise each example has masks of its own, as in training.
     *
     * @return this
     */
    public Builder sameMaskForAllExamples() {
      sameMask = true;
      return this;
    }

    /**
     * Says what the outputs are, where it cannot be read off the output layers; for all of them.
     *
     * @param numbers what they are
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
     *     dropout or weight noise that acts, or a kind of it that cannot be seeded; the message
     *     says what to do
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
