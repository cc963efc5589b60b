package io.github.dl4jext.spark;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Checks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Averages parameters and the updater's state after some steps of each worker, which begin with a
 * copy of the driver's network each time.
 */
final class ParameterAveraging implements ClusterMode {

  private static final Logger LOG = LoggerFactory.getLogger(ParameterAveraging.class);

  private final JavaSparkContext context;
  private final Network network;
  private final ParameterAveragingTrainingMaster master;
  private @Nullable Collection<TrainingHook> hooksBefore;
  private Consumer<JavaRDD<DataSet>> epoch = data -> {};
  private Consumer<JavaRDD<MultiDataSet>> epochOfMultiDataSets = data -> {};

  ParameterAveraging(
      JavaSparkContext context, Network network, ParameterAveragingTrainingMaster master) {
    this.context = context;
    this.network = network;
    this.master = master;
  }

  @Override
  public boolean networksStay() {
    return false;
  }

  @Override
  public void check(Checks checks, DataSizes sizes) {
    MasterSettings settings = MasterSettings.of(master);
    settings.check(checks, sizes);
    if (network.updater().isEmpty()) {
      network.setUpdater(network.newUpdater());
    }
    checks.that(
        master.isSaveUpdater() || network.updaterStateView().isEmpty(),
        "saveUpdater",
        "true, or the updater forgets at each averaging what it has learnt of the gradients",
        false);
    int batch = settings.batchSize();
    int rows = settings.direct() ? settings.rowsOfDataSet() : batch;
    int perRound = batch * master.getAveragingFrequency();
    checks.that(
        perRound % rows == 0,
        "batchSizePerWorker",
        "such that averagingFrequency minibatches of it are whole DataSets of " + rows,
        batch);
    int workers = settings.workers(context.defaultParallelism());
    warnOfWhatIsLeftOut(sizes.examples(), workers, batch);
  }

  private void warnOfWhatIsLeftOut(long examples, int workers, int batch) {
    int steps = master.getAveragingFrequency();
    long round = (long) workers * steps * batch;
    if (examples < round) {
      LOG.warn(
          "{}: {} examples do not fill a round of {} workers with {} minibatches of {} each, so that"
              + " some have nothing to do; let averagingFrequency be at most {}",
          SparkTraining.NAME,
          examples,
          workers,
          steps,
          batch,
          Math.max(1, examples / workers / batch));
    } else if (examples % round > 0) {
      LOG.warn(
          "{}: up to {} of {} examples are left out in each epoch, as they fill no round of {}"
              + " workers with {} minibatches of {} each",
          SparkTraining.NAME,
          examples % round,
          examples,
          workers,
          steps,
          batch);
    }
  }

  @Override
  public void open(ShippedListeners listeners, Round round) {
    hooksBefore = master.getTrainingHookList();
    List<TrainingHook> hooks = new ArrayList<>();
    hooks.add(listeners);
    if (hooksBefore != null) {
      hooks.addAll(hooksBefore);
    }
    master.setTrainingHookList(hooks);
    master.setListeners(List.of(listeners));
    Runnable averaged = () -> tell(round);
    network.byType(
        stack -> {
          SparkDl4jMultiLayer spark = new AveragedStack(context, stack, master, averaged);
          epoch = data -> master.executeTraining(spark, data);
          return stack;
        },
        graph -> {
          SparkComputationGraph spark = new AveragedGraph(context, graph, master, averaged);
          epoch = data -> master.executeTraining(spark, data);
          epochOfMultiDataSets = data -> master.executeTrainingMDS(spark, data);
          return graph;
        });
  }

  /** Behind this DL4J counts as many steps as a round may have, however many it had. */
  private void tell(Round round) {
    StepTally tally = round.take();
    round.tell(tally);
    int steps = tally.iterations() - master.getAveragingFrequency();
    network.setProgress(new TrainingProgress(steps, network.progress().epochs()));
  }

  @Override
  public void fit(JavaRDD<DataSet> data) {
    epoch.accept(data);
  }

  @Override
  public void fitMultiDataSets(JavaRDD<MultiDataSet> data) {
    epochOfMultiDataSets.accept(data);
  }

  @Override
  public void close() {
    master.setTrainingHookList(hooksBefore);
    master.setListeners(null);
  }

  /** Tells when DL4J has given the network its mean parameters, state and score. */
  private static final class AveragedStack extends SparkDl4jMultiLayer {

    private final Runnable averaged;

    AveragedStack(
        JavaSparkContext context,
        MultiLayerNetwork stack,
        ParameterAveragingTrainingMaster master,
        Runnable averaged) {
      super(context, stack, master);
      this.averaged = averaged;
    }

    @Override
    public void setScore(double lastScore) {
      super.setScore(lastScore);
      averaged.run();
    }
  }

  /** Tells when DL4J has given the network its mean parameters, state and score. */
  private static final class AveragedGraph extends SparkComputationGraph {

    private final Runnable averaged;

    AveragedGraph(
        JavaSparkContext context,
        ComputationGraph graph,
        ParameterAveragingTrainingMaster master,
        Runnable averaged) {
      super(context, graph, master);
      this.averaged = averaged;
    }

    @Override
    public void setScore(double lastScore) {
      super.setScore(lastScore);
      averaged.run();
    }
  }
}
