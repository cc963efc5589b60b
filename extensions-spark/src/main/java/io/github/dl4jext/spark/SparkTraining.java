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
 * <p>With a {@code ParameterAveragingTrainingMaster} each of the workers makes {@code
 * averagingFrequency} steps with a copy of the network; then parameters and updater state become
 * their mean. With a {@code SharedTrainingMaster} executors exchange the large elements of their
 * updates. A worker counts its own steps: with two of them each makes half of an epoch's.
 *
 * <p><b>Listeners.</b> Those of the network that look into a step, as clips and {@code StopOnNaN},
 * are sent to the executors, and so must be serializable; each executor has a copy, whose memory
 * does not come back. All others work on the driver: they are told of epochs and, each time that
 * the network has got what the workers came to, of one {@code iterationDone}, with the number of a
 * worker's last step and the mean loss of all steps since the last time. That is after each
 * averaging, or after each epoch with shared gradients.
 *
 * <p><b>Departs from SparkDl4jMultiLayer and SparkComputationGraph.</b> The network's listeners are
 * told of epochs, and a {@link StopsTraining} listener ends training. The workers of a graph begin
 * at its counts, not at 0, so that schedules go on. What an executor threw comes out as it is.
 * Settings by which DL4J would leave out data or forget state without a word are refused.
 *
 * <p>With shared gradients the network becomes the mean of the executors', where DL4J has the sum
 * of the updates, without what constraints do.
 *
 * <p><b>Edges.</b> The data are gone through once more before the first epoch, to see their sizes.
 * When training fails, the network is as after its last averaging, and the epoch is not counted.
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

  /** By name, as its jar need not be there. */
  private static boolean isShared(@Nullable TrainingMaster<?, ?> master) {
    return master != null && master.getClass().getName().equals(SHARED);
  }

  /**
   * Begins with a network, where it is trained and how.
   *
   * @param context Spark
   * @param network the network, with its listeners
   * @param master says how, with all its parameters; it serves this training alone
   */
  public static Builder builder(
      JavaSparkContext context, Model network, TrainingMaster<?, ?> master) {
    return new Builder(context, network, master);
  }

  /**
   * Trains, until all epochs are over or a listener wants to stop.
   *
   * @param data the minibatches
   * @param epochs the most epochs to train, at least 1
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the master does not fit the data, or
   *     a listener cannot be sent to the executors
   * @throws RuntimeException what an executor, a listener or the data threw
   */
  public int fit(JavaRDD<DataSet> data, int epochs) {
    return fit(() -> DataSizes.of(data), each -> each.fit(data), epochs);
  }

  /**
   * Trains a graph as {@link #fit(JavaRDD, int)} does, on minibatches of several inputs or outputs.
   *
   * @param data the minibatches
   * @param epochs the most epochs to train, at least 1
   * @return the number of epochs trained
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

  /** Those that save look into their folder before the first step of a training. */
  private void announce(List<TrainingListener> driver) {
    for (TrainingListener listener : driver) {
      if (listener instanceof StatefulListener.Saver) {
        listener.onGradientCalculation(network.model());
      }
    }
  }

  /** Kryo writes no records unless it is told how. */
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

  /** Takes off what Spark and DL4J have wrapped around an exception. */
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

    /** Within the event the network has the number of the last step, as in DL4J's own training. */
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

  /** Names the parameters of a {@link SparkTraining}. */
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
     * Adds listeners that are called for each step of an executor, though they look at it only when
     * it is done. Those of the network that look into a step are sent there anyway.
     *
     * @param listeners serializable listeners, of which each executor gets copies
     */
    public Builder onExecutors(TrainingListener... listeners) {
      onExecutors.addAll(List.of(listeners));
      return this;
    }

    /**
     * Makes the training, which may be used again.
     *
     * @throws io.github.dl4jext.spi.InvalidArgumentException if the master is none of DL4J's, or
     *     Spark cannot serialize networks
     * @throws IllegalArgumentException if the network is none, or not initialised
     */
    public SparkTraining build() {
      return new SparkTraining(this);
    }
  }
}
