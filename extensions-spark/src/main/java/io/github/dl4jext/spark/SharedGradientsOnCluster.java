package io.github.dl4jext.spark;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spark.StepTally.Learnt;
import io.github.dl4jext.spi.Checks;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.Repartitioner;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.repartitioner.DefaultRepartitioner;
import org.deeplearning4j.spark.impl.repartitioner.EqualRepartitioner;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Shares the large elements of updates among executors, of which each keeps a network of its own.
 * The network becomes their mean. DL4J gives the driver the sum of all updates, without what
 * constraints do, and in the counts of a network that threads of the driver's program are training;
 * so that is a copy here, and a graph for either type, as one is equal to each stack.
 */
final class SharedGradientsOnCluster implements ClusterMode {

  private final JavaSparkContext context;
  private final Network network;
  private final SharedTrainingMaster master;
  private @Nullable Repartitioner repartitionerBefore;
  private @Nullable Round round;
  private long minibatches;

  /** Null before the first epoch. */
  private @Nullable SparkComputationGraph spark;

  /** The parameters that the last epoch has left; null before. */
  private @Nullable INDArray left;

  SharedGradientsOnCluster(JavaSparkContext context, Network network, SharedTrainingMaster master) {
    this.context = context;
    this.network = network;
    this.master = master;
    Checks.of(SparkTraining.NAME)
        .that(
            master.getBroadcastModel() == null,
            "master",
            "a new one, as executors keep the networks that a SharedTrainingMaster has sent them",
            "one that has trained")
        .done();
  }

  @Override
  public boolean networksStay() {
    return true;
  }

  @Override
  public void check(Checks checks, DataSizes sizes) {
    MasterSettings settings = MasterSettings.of(master);
    settings.check(checks, sizes);
    if (settings.direct()) {
      checks.that(
          settings.batchSize() == sizes.largest(),
          "batchSizePerWorker",
          sizes.largest()
              + ", the size of the minibatches in the data, which are taken as they are",
          settings.batchSize());
    }
    checks.that(
        left == null || left.equals(network.parameters()),
        "network",
        "as the last fit has left it, as executors keep theirs; or make a training with a new"
            + " master",
        "changed");
    minibatches = settings.direct() ? sizes.count() : 0;
  }

  @Override
  public void open(ShippedListeners listeners, Round toTell) {
    master.setListeners(List.of(listeners));
    repartitionerBefore = master.getRepartitioner();
    if (repartitionerBefore instanceof DefaultRepartitioner) {
      master.setRepartitioner(new EqualRepartitioner());
    }
    if (master.getNumWorkers() == null) {
      master.setNumWorkers(executors());
    }
    round = toTell;
    if (spark == null) {
      spark = new SparkComputationGraph(context, copy(), master);
    }
  }

  /**
   * One task for each: DL4J may lose what a second one brings, or wait for it forever. The driver
   * is listed too, and is the only one in local mode.
   */
  private int executors() {
    return Math.max(1, context.sc().getExecutorMemoryStatus().size() - 1);
  }

  private ComputationGraph copy() {
    return network.byType(
        MultiLayerNetwork::toComputationGraph, graph -> NetworkCopy.from(graph).build());
  }

  @Override
  public void fit(JavaRDD<DataSet> data) {
    train(facade -> master.executeTraining(facade, data));
  }

  @Override
  public void fitMultiDataSets(JavaRDD<MultiDataSet> data) {
    train(facade -> master.executeTrainingMDS(facade, data));
  }

  private void train(Consumer<SparkComputationGraph> epoch) {
    epoch.accept(Objects.requireNonNull(spark, "open() comes first"));
    Round open = Objects.requireNonNull(round, "open() comes first");
    StepTally tally = open.take();
    if (tally.steps() > 0) {
      put(List.copyOf(tally.networks().values()));
      open.tell(tally);
      int epochs = network.progress().epochs();
      network.setProgress(new TrainingProgress(tally.iterations(), epochs));
    }
    if (minibatches > tally.steps()) {
      // DL4J keeps to itself what the first task of an executor has thrown
      throw new IllegalStateException(
          "%s: %s of %s minibatches were not trained on in this epoch, as a step has failed; the log"
                  .formatted(SparkTraining.NAME, minibatches - tally.steps(), minibatches)
              + " of an executor says why. (Or a task was lost, where the master was told to give an"
              + " executor several)");
    }
  }

  private void put(List<Learnt> networks) {
    left = mean(networks.stream().map(Learnt::parameters).toList());
    network.parameters().assign(left);
    if (network.updater().isEmpty()) {
      network.setUpdater(network.newUpdater());
    }
    network
        .updaterStateView()
        .ifPresent(
            state ->
                state.assign(
                    mean(
                        networks.stream()
                            .map(each -> Objects.requireNonNull(each.state(), "as here"))
                            .toList())));
  }

  private static INDArray mean(List<INDArray> arrays) {
    INDArray sum = arrays.get(0).dup();
    arrays.subList(1, arrays.size()).forEach(sum::addi);
    return sum.divi(arrays.size());
  }

  @Override
  public void close() {
    master.setListeners(null);
    master.setRepartitioner(repartitionerBefore);
  }
}
