package io.github.dl4jext.spark;

import io.github.dl4jext.network.Epoch;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Checks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.SerializerInstance;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import scala.reflect.ClassTag;

/**
 * Trains a network on Spark's executors, as DL4J's training masters do, for a given number of
 * epochs.
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master = new ParameterAveragingTrainingMaster.Builder(4, 32)
 *     .batchSizePerWorker(32).averagingFrequency(5).saveUpdater(true).build();
 * SparkTraining.builder(context, network, master).build().fit(data, 10);
 * }</pre>
 *
 * <p>With a {@code ParameterAveragingTrainingMaster}, each worker makes {@code averagingFrequency}
 * steps with a copy of the network; then parameters and updater state are replaced by their mean
 * over the workers. With a {@code SharedTrainingMaster}, the executors exchange the large elements
 * of their updates. Iterations are the steps of one worker: with two workers, each makes half of
 * the steps of an epoch.
 *
 * <p><b>Listeners.</b> Those listeners of the network that look into a step, such as clips and
 * {@code StopOnNaN}, are sent to the executors and must therefore be serializable. Each executor
 * has a copy, and what the copies remember is not sent back. All other listeners work on the
 * driver. They are told of epochs and, whenever the network has received the workers' result, of
 * one {@code iterationDone}, with the number of a worker's last step and the mean loss of all steps
 * since the last such call. The network receives a result after each averaging or, with shared
 * gradients, after each epoch.
 *
 * <p><b>Departs from SparkDl4jMultiLayer and SparkComputationGraph.</b> The network's listeners are
 * told of epochs, and a {@link StopsTraining} listener can end the training. The workers of a graph
 * begin at its counts, not at 0, so that schedules continue. The exception of an executor is thrown
 * unwrapped. Settings with which DL4J would silently leave out data or drop state are refused.
 *
 * <p>With shared gradients, the network gets the mean of the executors' parameters. DL4J instead
 * adds up the updates, without the effect of constraints.
 *
 * <p><b>Edges.</b> The data are read once more before the first epoch, to find the sizes of the
 * minibatches. If training fails, the network is as the last averaging left it, and the epoch is
 * not counted.
 *
 * @see <a href="https://deeplearning4j.konduit.ai/">DL4J: distributed training</a>
 */
public final class SparkTraining {

  static final String NAME = "spark_training";

  private static final String SHARED =
      "org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster";

  private final JavaSparkContext context;
  private final Network network;
  private final ClusterMode mode;
  private final List<TrainingListener> onExecutors;
  private final TallyAccumulator tallies = new TallyAccumulator();
  private final ShippedListeners shipped;

  private SparkTraining(Builder from) {
    context = Objects.requireNonNull(from.context, "the Spark context must not be null");
    network = Network.of(from.model);
    Checks checks = Checks.of(NAME);
    checks.that(
        from.master instanceof ParameterAveragingTrainingMaster || isShared(from.master),
        "master",
        "DL4J's ParameterAveragingTrainingMaster or SharedTrainingMaster",
        from.master);
    checks.that(
        recordsTravel(context),
        "spark.kryo.registrator",
        ExtensionsKryoRegistrator.class.getName() + ", or a class that extends it",
        context.getConf().get("spark.kryo.registrator", "none"));
    checks.done();
    mode =
        from.master instanceof ParameterAveragingTrainingMaster averaging
            ? new ParameterAveraging(context, network, averaging)
            : new SharedGradientsOnCluster(
                context,
                network,
                (org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster)
                    from.master);
    onExecutors = List.copyOf(from.onExecutors);
    context.sc().register(tallies, NAME);
    shipped = new ShippedListeners(network, mode.networksStay(), tallies);
  }

  /** Compares names, as the jar of this class is optional. */
  private static boolean isShared(@Nullable TrainingMaster<?, ?> master) {
    return master != null && master.getClass().getName().equals(SHARED);
  }

  /**
   * Begins a training.
   *
   * @param context the context of Spark in which the network is trained
   * @param network the network, with its listeners
   * @param master DL4J's {@code ParameterAveragingTrainingMaster} or {@code SharedTrainingMaster},
   *     with all its parameters; it must not be used for another training
   * @return the builder
   */
  public static Builder builder(
      JavaSparkContext context, Model network, TrainingMaster<?, ?> master) {
    return new Builder(context, network, master);
  }

  /**
   * Trains until all epochs are over or a listener stops the training.
   *
   * @param data the minibatches
   * @param epochs the largest number of epochs, at least 1
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if {@code epochs} is out of range, the
   *     master does not fit the data, or a listener cannot be sent to the executors
   * @throws RuntimeException if an executor, a listener or the data throws, as it was thrown
   */
  public int fit(JavaRDD<DataSet> data, int epochs) {
    return fit(() -> DataSizes.of(data), each -> each.fit(data), epochs);
  }

  /**
   * Trains a graph as {@link #fit(JavaRDD, int)} does, on minibatches of several inputs or outputs.
   *
   * @param data the minibatches
   * @param epochs the largest number of epochs, at least 1
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the network is a stack, {@code
   *     epochs} is out of range, the master does not fit the data, or a listener cannot be sent to
   *     the executors
   * @throws RuntimeException if an executor, a listener or the data throws, as it was thrown
   */
  public int fitMultiDataSets(JavaRDD<MultiDataSet> data, int epochs) {
    boolean isGraph = network.byType(stack -> false, graph -> true);
    Checks.of(NAME)
        .that(isGraph, "data", "DataSets for a MultiLayerNetwork", "MultiDataSets")
        .done();
    return fit(() -> DataSizes.ofMultiDataSets(data), each -> each.fitMultiDataSets(data), epochs);
  }

  private int fit(Supplier<DataSizes> sizes, Consumer<ClusterMode> epoch, int epochs) {
    Checks.of(NAME).that(epochs >= 1, "epochs", "a whole number in [1, inf)", epochs).done();
    ListenerPlaces places = ListenerPlaces.of(network.listeners(), onExecutors);
    Checks checks = Checks.of(NAME);
    mode.check(checks, sizes.get());
    checks.done();
    tallies.take();
    shipped.setListeners(places.executors());
    int trained = 0;
    try (mode) {
      mode.open(shipped, new DriverRound(places.driver()));
      announce(places.driver());
      do {
        Epoch.begin(network);
        epoch.accept(mode);
        Epoch.end(network);
        trained++;
      } while (trained < epochs && !StopsTraining.isWantedBy(network));
    } catch (Exception e) {
      throw asThrown(e);
    }
    StopsTraining.tellOfEnd(network);
    return trained;
  }

  /**
   * Lets listeners that save look into their folder, as they do before the first step of a
   * training.
   */
  private void announce(List<TrainingListener> driver) {
    for (TrainingListener listener : driver) {
      if (listener instanceof StatefulListener.Saver) {
        listener.onGradientCalculation(network.model());
      }
    }
  }

  /** Tells whether Spark can serialize records, which Kryo cannot without a registrator. */
  private static boolean recordsTravel(JavaSparkContext context) {
    DataSizes probe = new DataSizes(1, 2, 3);
    ClassTag<DataSizes> tag = ClassTag.apply(DataSizes.class);
    try {
      SerializerInstance serializer = context.env().serializer().newInstance();
      ByteBuffer written = serializer.serialize(probe, tag);
      return probe.equals(serializer.deserialize(written, tag));
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Returns the exception that Spark and DL4J have wrapped. */
  private static RuntimeException asThrown(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof SparkException || cause.getClass() == RuntimeException.class)) {
      cause = cause.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(cause.getMessage(), failure);
  }

  private final class DriverRound implements ClusterMode.Round {

    private final List<TrainingListener> listeners;

    DriverRound(List<TrainingListener> listeners) {
      this.listeners = listeners;
    }

    @Override
    public StepTally take() {
      StepTally tally = tallies.take();
      if (tally.failure() != null) {
        throw tally.failure();
      }
      return tally;
    }

    /**
     * During the event, the network's iteration is the number of the last step, as in DL4J's own
     * training.
     */
    @Override
    public void tell(StepTally tally) {
      if (tally.steps() == 0) {
        return;
      }
      network.setScore(tally.meanLoss());
      int last = tally.iterations() - 1;
      int epoch = network.progress().epochs();
      network.setProgress(new TrainingProgress(last, epoch));
      for (TrainingListener listener : listeners) {
        listener.iterationDone(network.model(), last, epoch);
      }
    }
  }

  /** Takes the parameters of a {@link SparkTraining}. */
  public static final class Builder {

    private final JavaSparkContext context;
    private final Model model;
    private final TrainingMaster<?, ?> master;
    private final List<TrainingListener> onExecutors = new ArrayList<>();

    private Builder(JavaSparkContext context, Model model, TrainingMaster<?, ?> master) {
      this.context = context;
      this.model = model;
      this.master = master;
    }

    /**
     * Adds listeners that are called on the executors at each step. This is for listeners that only
     * look at finished steps; those of the network that look into a step are sent to the executors
     * anyway.
     *
     * @param listeners serializable listeners, of which each executor gets copies
     * @return this
     */
    public Builder onExecutors(TrainingListener... listeners) {
      onExecutors.addAll(List.of(listeners));
      return this;
    }

    /**
     * Checks the parameters and makes the training.
     *
     * @return the training, whose {@code fit} may be called more than once
     * @throws io.github.dl4jext.spi.InvalidArgumentException if the master is neither of the two of
     *     DL4J, or Spark cannot serialize networks
     * @throws IllegalArgumentException if the model is neither a {@code MultiLayerNetwork} nor a
     *     {@code ComputationGraph}, or not initialised
     */
    public SparkTraining build() {
      return new SparkTraining(this);
    }
  }
}
