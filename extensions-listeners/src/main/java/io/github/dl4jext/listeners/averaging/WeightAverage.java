package io.github.dl4jext.listeners.averaging;

import io.github.dl4jext.listeners.monitoring.AveragesWeights;
import io.github.dl4jext.listeners.monitoring.ResumableListener;
import io.github.dl4jext.network.BatchNormStatistics;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.ParameterMapping;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Averages the weights of a network while it is trained.
 *
 * <p><b>During training,</b> early stopping, plateaus, histories and checkpoints can judge the
 * network by its average: {@link io.github.dl4jext.listeners.monitoring.Monitor#ofAverage}.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, a new head) the average
 * continues with it, by the names of the parameters; see {@link TrainingFollower}. New parameters
 * begin with their present values, as if they had always had them, and a warning says so.
 *
 * <p><b>Batch normalization.</b> {@code averaged(network, data)} computes the statistics again in
 * one pass over the data, without dropout and weight noise. They are the mean and the variance of
 * all rows together, see {@link BatchNormStatistics}.
 *
 * <p><b>State.</b> Two vectors as long as the network's parameters, for each network; a step
 * allocates nothing. To keep the average with the model, use {@code
 * ModelSerializer.addObjectToFile(file, "average", listener)} and {@code getObjectFromFile}. The
 * restored average goes to the first network with the same parameters that is trained with the
 * restored listener, or whose average is asked for, and continues as if there had been no
 * interruption.
 *
 * <p><b>Edges.</b> Weights that become NaN make the average NaN. DL4J applies constraints after it
 * calls listeners, so an average by steps is of weights before the constraints. The constraints are
 * applied to the averaged network.
 *
 * <p><b>Threads.</b> One listener may serve several networks. {@code ParallelWrapper} trains
 * copies, each of which has its own average; the average of the network given to the wrapper is
 * over the weights of its first worker. Spark's workers get copies of the listener, whose averages
 * are lost.
 *
 * <p><b>Saving.</b> One average is stored, with the names of its parameters: that of the training
 * in which this listener was called last. A network that continues another one's training belongs
 * to the same training. If networks were trained in turns, as by the workers of {@code
 * ParallelWrapper}, the listener cannot know whose average is wanted: choose it with {@link
 * #storing}.
 */
public abstract sealed class WeightAverage extends BaseTrainingListener
    implements TrainingFollower, StatefulListener, ResumableListener<WeightAverage>, AveragesWeights
    permits ExponentialMovingAverage, StochasticWeightAveraging {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(WeightAverage.class);

  private transient PerModelState<RunningMean> means = new PerModelState<>(this::adopt);

  /** The mean that was read from a file, until a network with its parameters is trained. */
  private transient @Nullable RunningMean restored;

  /** The mean that will be stored, which the garbage collector must not remove. */
  private transient @Nullable RunningMean latest;

  /** Whether networks were trained in turns, so that the latest mean may belong to any of them. */
  private transient boolean inTurns;

  /** Returns the name with which messages begin. */
  abstract String name();

  /** Returns whether batch normalization's statistics can be averaged like weights. */
  abstract boolean averagesStatistics();

  /** Adds the present weights to the mean. */
  final void take(Model model, Share share) {
    RunningMean mean = means.of(model);
    synchronized (mean) {
      boolean isFirst = mean.count() == 0;
      mean.add(model.params(), share.of(mean.count()));
      if (!mean.isPassedOn()) {
        note(mean, isFirst);
      }
    }
  }

  private synchronized void note(RunningMean mean, boolean isFirst) {
    inTurns |= mean != latest && !isFirst && latest != null && !latest.isPassedOn();
    latest = mean;
  }

  /** Computes the share that new weights get. */
  @FunctionalInterface
  interface Share {
    double of(long count);
  }

  private synchronized RunningMean adopt(Model model) {
    Network network = Network.of(model);
    if (restored != null && restored.isOf(network.layout())) {
      RunningMean mean = restored;
      restored = null;
      latest = mean;
      return mean;
    }
    return new RunningMean(network.layout());
  }

  /** Carries the average over by the names of parameters. */
  @Override
  public final void follow(Network before, Network now) {
    means.follow(
        before.model(),
        now.model(),
        mean -> {
          synchronized (mean) {
            ParameterMapping mapping = mean.mappingTo(now);
            if (mean.count() > 0 && !mapping.isComplete()) {
              LOG.warn(
                  "{}: the average continues from {} steps without {}, which start from their own values",
                  name(),
                  mean.count(),
                  mapping.missing());
            }
            return follow(mean, now);
          }
        });
  }

  private synchronized RunningMean follow(RunningMean mean, Network now) {
    RunningMean carried = mean.carriedOverTo(now);
    latest = mean.count() > 0 ? carried : latest;
    return carried;
  }

  /**
   * Counts how often weights were taken into a network's average, including those of networks whose
   * training it continues.
   *
   * @param model the network
   * @return the number, 0 if the network has not been trained with this listener
   */
  @Override
  public final long count(Model model) {
    RunningMean mean = means.of(model);
    synchronized (mean) {
      return mean.count();
    }
  }

  /**
   * Makes a new network with the averaged weights. The network itself does not change.
   *
   * @param model the network that was trained with this listener
   * @param <M> its type
   * @return the averaged network, without listeners and without the updater's state
   * @throws IllegalStateException if there is no average of the network yet, or if the statistics
   *     of its batch normalization must be computed from data
   */
  @Override
  public final <M extends Model> M averaged(M model) {
    if (!averagesStatistics() && BatchNormStatistics.areIn(Network.of(model))) {
      throw new IllegalStateException(
          name()
              + ": the network has batch normalization, whose statistics do not fit averaged"
              + " weights; give training data: averaged(network, data)");
    }
    return copy(model);
  }

  /**
   * Makes a new network with the averaged weights, whose batch normalization has the statistics of
   * the data. The network itself and the random generator do not change, even if the iterator
   * throws an exception.
   *
   * @param model the network that was trained with this listener
   * @param data batches of training data, which are read once if there is batch normalization
   * @param <M> the network's type
   * @return the averaged network, without listeners and without the updater's state
   * @throws IllegalStateException if there is no average of the network yet
   */
  public final <M extends Model> M averaged(M model, DataSetIterator data) {
    M copy = copy(model);
    BatchNormStatistics.recompute(Network.of(copy), data);
    return copy;
  }

  /**
   * Makes a new network as {@link #averaged(Model, DataSetIterator)} does.
   *
   * @param model the network that was trained with this listener
   * @param data batches of training data, which are read once if there is batch normalization
   * @param <M> the network's type
   * @return the averaged network, without listeners and without the updater's state
   * @throws IllegalStateException if there is no average of the network yet
   */
  @Override
  public final <M extends Model> M averaged(M model, MultiDataSetIterator data) {
    M copy = copy(model);
    BatchNormStatistics.recompute(Network.of(copy), data);
    return copy;
  }

  private <M extends Model> M copy(M model) {
    M copy = NetworkCopy.from(model).weights(mean(model)).withoutUpdaterState().build();
    var progress = Network.of(model).progress();
    copy.applyConstraints(progress.iterations(), progress.epochs());
    return copy;
  }

  private INDArray mean(Model model) {
    RunningMean mean = means.of(model);
    synchronized (mean) {
      INDArray copy = mean.copy();
      if (copy == null) {
        throw new IllegalStateException(
            name()
                + ": there is no average of this network yet; add the listener to it and train it"
                + " first");
      }
      return copy;
    }
  }

  /**
   * Chooses whose average is stored with this listener, until another network is trained.
   *
   * @param model the network with which the listener will be stored
   * @return this
   */
  public final WeightAverage storing(Model model) {
    RunningMean mean = means.of(model);
    synchronized (this) {
      latest = mean;
      inTurns = false;
    }
    return this;
  }

  @Override
  public final ListenerState state(Network network) {
    return new ListenerState()
        .put("rule", toString())
        .put("average", means.of(network.model()).state());
  }

  @Override
  public final void loadState(Network network, ListenerState state) {
    String given = state.text("rule");
    Checks.of(name())
        .that(given.equals(toString()), "resumeFrom", "given a listener like " + this, given)
        .done();
    RunningMean mean = RunningMean.of(state.part("average"));
    if (!mean.isOf(network.layout())) {
      throw new IllegalArgumentException(
          name()
              + ": the average must be of a network with the same parameters, these differ: "
              + mean.mappingTo(network).missing());
    }
    means.put(network.model(), mean);
    synchronized (this) {
      latest = mean;
      restored = null;
      inTurns = false;
    }
  }

  @Override
  public final void resumeFrom(WeightAverage before) {
    Checks.of(name())
        .that(
            before != null && before.toString().equals(toString()),
            "resumeFrom",
            "given a listener with the same parameters",
            before)
        .done();
    RunningMean stored = before.toStore();
    RunningMean own = stored == null ? null : stored.duplicate();
    synchronized (this) {
      restored = own;
      latest = null;
      inTurns = false;
      means = new PerModelState<>(this::adopt);
    }
  }

  private synchronized @Nullable RunningMean toStore() {
    if (inTurns) {
      throw new IllegalStateException(
          name()
              + ": networks were trained in turns with this listener; say whose average should be"
              + " stored: storing(network)");
    }
    return latest == null ? restored : latest;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    RunningMean stored = toStore();
    if (stored == null) {
      out.writeObject(null);
      return;
    }
    synchronized (stored) {
      out.writeObject(stored);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    means = new PerModelState<>(this::adopt);
    restored = (RunningMean) in.readObject();
  }
}
