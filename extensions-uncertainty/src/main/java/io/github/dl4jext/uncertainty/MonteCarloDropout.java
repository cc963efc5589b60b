package io.github.dl4jext.uncertainty;

import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.SeededNoise;
import io.github.dl4jext.regularization.dropout.SeededWeightNoise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Monte-Carlo dropout: predicts each example many times with dropout on, and tells from the spread
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
 * {@code DropConnect}, which does not keep the mean. So is a network without dropout, all samples
 * of which would be alike.
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
 * <p><b>Masks</b> of sequences are not supported.
 *
 * @see <a href="https://arxiv.org/abs/1506.02142">Gal, Ghahramani (2016)</a>
 */
public final class MonteCarloDropout {

  private final Model network;
  private final MonteCarloBuilder settings;
  private final Queue<InferencePlan> idle = new ConcurrentLinkedQueue<>();

  MonteCarloDropout(Model network, MonteCarloBuilder settings) {
    this.network = network;
    this.settings = settings;
    InferencePlan replica = InferencePlan.of(network);
    if (!replica.isRandom()) {
      throw new IllegalArgumentException(
          "the network has no dropout that acts in training, so that all samples would be alike:"
              + " add some, such as dropOut(...) on a dense layer, and train with it");
    }
    idle.add(replica);
  }

  /**
   * Begins.
   *
   * @param network initialised, with dropout
   * @return settings, each of which has a default
   */
  public static MonteCarloBuilder builder(MultiLayerNetwork network) {
    return new MonteCarloBuilder(Objects.requireNonNull(network, "no network given"));
  }

  /**
   * Begins.
   *
   * @param network initialised, with dropout
   * @return settings, each of which has a default
   */
  public static MonteCarloBuilder builder(ComputationGraph network) {
    return new MonteCarloBuilder(Objects.requireNonNull(network, "no network given"));
  }

  /**
   * A network that drops out whenever it is used, by {@code output(x)} too: each dropout becomes a
   * {@link MonteCarloDropoutLayer}. For code that knows nothing of Monte-Carlo dropout.
   *
   * @param network with dropout; it is not touched
   * @return a new network with the same parameters, updater state and counters
   * @throws IllegalArgumentException if there is no dropout, or none that can be taken out of its
   *     layer
   */
  public static MultiLayerNetwork alwaysOn(MultiLayerNetwork network) {
    return AlwaysOnDropout.of(network);
  }

  /**
   * The same for a graph.
   *
   * @param network with dropout; it is not touched
   * @return a new network with the same parameters, updater state and counters
   * @throws IllegalArgumentException if there is no dropout, or none that can be taken out of its
   *     layer
   */
  public static ComputationGraph alwaysOn(ComputationGraph network) {
    return AlwaysOnDropout.of(network);
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
    List<MonteCarloPrediction> all = predictAll(firstExample, x);
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
    InferencePlan replica = borrow();
    check(replica, inputs);
    List<MonteCarloPrediction> predictions =
        new MonteCarloRun(replica, settings, iteration(), epoch()).of(inputs, firstExample);
    // not after an exception: its layers may hold on to arrays that are gone
    idle.add(replica);
    return predictions;
  }

  /**
   * Predicts a data set batch by batch. Examples are numbered through it.
   *
   * @param data from its beginning; it must not shuffle for results to be repeatable
   * @return the predictions of all batches as one
   * @throws IllegalArgumentException if a batch has masks, or if there is none
   */
  public MonteCarloPrediction predict(DataSetIterator data) {
    data.reset();
    List<MonteCarloPrediction> parts = new ArrayList<>();
    long first = 0;
    while (data.hasNext()) {
      DataSet batch = data.next();
      if (batch.getFeaturesMaskArray() != null) {
        throw new IllegalArgumentException(
            "Monte-Carlo dropout does not take masks of features, and batch "
                + parts.size()
                + " has one: predict sequences of equal length together");
      }
      parts.add(predict(batch.getFeatures(), first));
      first += batch.numExamples();
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("the iterator has no data: there is nothing to predict");
    }
    return MonteCarloPrediction.joined(parts);
  }

  private void check(InferencePlan replica, INDArray[] inputs) {
    if (inputs.length != replica.inputs()) {
      throw new IllegalArgumentException(
          "the network takes " + replica.inputs() + " inputs, and was given " + inputs.length);
    }
    for (INDArray input : inputs) {
      if (input == null || input.isEmpty() || input.size(0) != inputs[0].size(0)) {
        throw new IllegalArgumentException(
            "the inputs must have one and the same number of examples, at least 1, but were "
                + Arrays.stream(inputs)
                    .map(x -> x == null ? null : x.shapeInfoToString())
                    .toList());
      }
    }
  }

  /** None that is idle is left after somebody gave the network a new array of parameters. */
  private InferencePlan borrow() {
    InferencePlan replica = idle.poll();
    while (replica != null && replica.parameters() != InferencePlan.address(network)) {
      replica = idle.poll();
    }
    return replica == null ? InferencePlan.of(network) : replica;
  }

  private int iteration() {
    return network instanceof MultiLayerNetwork layers
        ? layers.getIterationCount()
        : ((ComputationGraph) network).getIterationCount();
  }

  private int epoch() {
    return network instanceof MultiLayerNetwork layers
        ? layers.getEpochCount()
        : ((ComputationGraph) network).getEpochCount();
  }
}
