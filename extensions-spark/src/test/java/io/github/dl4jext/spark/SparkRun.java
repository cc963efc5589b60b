package io.github.dl4jext.spark;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.averaging.StochasticWeightAveraging;
import io.github.dl4jext.listeners.averaging.WeightAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.AutoClip;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.listeners.diagnosis.Diagnosis;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog.AppliedRate;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.listeners.monitoring.SkipIfNonFinite;
import io.github.dl4jext.listeners.monitoring.SkipIfNormAbove;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.listeners.progress.ProgressBar;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.schedules.PerEpoch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/** Trains two epochs on two executors, and tells of each plugin what it did. */
final class SparkRun {

  private static final int EPOCHS = 2;
  private static final int BATCHES = 12;
  private static final int LAYERS = 3;
  private static final double MAX_NORM = 0.5;
  private static final ISchedule BY_STEPS = new Exponential(0.01, 0.5, 4);
  private static final ISchedule BY_EPOCHS = new PerEpoch(new Exponential(0.1, 0.5, 1));

  private final boolean shared;
  private final boolean graph;
  private final Path folder;
  private final Map<String, String> words = new LinkedHashMap<>();

  /** The steps of a worker, and how often the driver is told of them. */
  private final int steps;

  private final int rounds;
  private String printed = "";

  SparkRun(boolean shared, boolean graph, Path folder) {
    this.shared = shared;
    this.graph = graph;
    this.folder = folder;
    this.steps = EPOCHS * BATCHES / (shared ? 1 : 2);
    this.rounds = shared ? EPOCHS : steps / 3;
  }

  /** Trains, and gives the word for each row of the table. */
  Map<String, String> words() {
    manyOnOneNetwork();
    stepsAreCounted();
    executors("`skip_if_non_finite`", skips(Double.NaN, new SkipIfNonFinite()));
    executors("`skip_if_norm_above`", skips(1e5, new SkipIfNormAbove(1000, 9, 1, 10)));
    executors("`stop_on_nan`", ends(TrainingDivergedException.class, new StopOnNaN()));
    executors(
        "`clip_by_global_norm(errorIfNonFinite=true)`",
        ends(ArithmeticException.class, new ClipByGlobalNorm(1, true)));
    put("`diagnosis`", isRefused(new Diagnosis(1)), "refused");
    put("`gradient_monitor`", isRefused(new GradientMonitor(1, norms -> {})), "refused");
    return words;
  }

  private void executors(String row, boolean acted) {
    put(row, acted, "acts");
  }

  private void driver(String row, boolean acted) {
    put(row, acted, "on the driver");
  }

  private void put(String row, boolean seen, String word) {
    words.put(row, seen ? word : "nothing");
  }

  private void manyOnOneNetwork() {
    ExecutorProbe.forget();
    List<AppliedRate> logged = new ArrayList<>();
    AtomicInteger judgedEpochs = new AtomicInteger();
    History history = new History();
    EarlyStopping stopping =
        EarlyStopping.builder().monitor(constant(new AtomicInteger())).patience(1).build();
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.5);
    StochasticWeightAveraging swa = StochasticWeightAveraging.everyEpoch(0);
    Checkpoint checkpoint = new Checkpoint(folder.resolve("epochs"));
    Model model = network();
    train(
        model,
        batches(),
        new ExecutorProbe(0),
        new AutoClip(),
        new ExecutorProbe(1),
        new AdaptiveClip(1e-2, 1e-3, true),
        new ExecutorProbe(2),
        new ClipByValue(1e-5),
        new ExecutorProbe(3),
        new ClipByNorm(1e-6),
        new ExecutorProbe(4),
        new ClipByGlobalNorm(1e-7),
        new ExecutorProbe(5),
        new LearningRateLog(1, logged::addAll),
        ema,
        swa,
        history,
        stopping,
        ReduceOnPlateau.builder().monitor(constant(judgedEpochs)).patience(99).build(),
        new ProgressBar(EPOCHS, 0, ProgressBar.Display.EPOCHS, 9),
        checkpoint);
    Network trained = Network.of(model);
    double remembered = trained.updaterStateView().orElseThrow().norm1Number().doubleValue();
    executors("an optimizer", trained.progress().iterations() == steps && remembered > 0);
    List<ExecutorProbe.Rate> rates = ExecutorProbe.rates();
    boolean allSteps = rates.stream().map(ExecutorProbe.Rate::at).distinct().count() == steps;
    executors(
        "a schedule by steps",
        allSteps
            && rates.stream()
                .filter(rate -> rate.layer() == 0)
                .allMatch(r -> r.value() == BY_STEPS.valueAt(r.at().iterations(), 0)));
    executors(
        "a schedule by epochs",
        allSteps
            && rates.stream()
                .filter(rate -> rate.layer() == 2)
                .allMatch(
                    r ->
                        r.value() == BY_EPOCHS.valueAt(0, r.at().iterations() / (steps / EPOCHS))));
    executors(
        "an activation", ExecutorProbe.every(s -> new Mish().equals(s.layer.getActivationFn())));
    executors(
        "an initialiser",
        ExecutorProbe.every(s -> new HeNormal().equals(s.layer.getWeightInitFn())));
    executors("a dropout", ExecutorProbe.some(s -> s.unitDropped));
    executors("a weight noise", ExecutorProbe.some(s -> s.weightDropped));
    executors("a constraint", ExecutorProbe.every(s -> s.largestNorm < MAX_NORM + 1e-5));
    executors("a penalty", ExecutorProbe.every(s -> s.penalized));
    executors("`auto_clip`", ExecutorProbe.some(s -> s.clipped[1]));
    executors("`adaptive_clip`", ExecutorProbe.every(s -> s.clipped[2]));
    executors("`clip_by_value`", ExecutorProbe.every(s -> s.clipped[3]));
    executors("`clip_by_norm`", ExecutorProbe.every(s -> s.clipped[4]));
    executors("`clip_by_global_norm`", ExecutorProbe.every(s -> s.clipped[5]));
    driver("`learning_rate_log`", logged.size() == rounds * LAYERS);
    driver("`exponential_moving_average`", averages(ema, model));
    driver("`stochastic_weight_averaging(everyEpochs=1)`", swa.count(model) == EPOCHS);
    driver("`history`", history.epochs() == EPOCHS && Double.isFinite(history.last("loss")));
    driver("`early_stopping`", stopping.stopped());
    driver("`reduce_on_plateau`", judgedEpochs.get() == EPOCHS);
    driver("`progress_bar`", printed.contains("1/2") && printed.contains("2/2"));
    driver("`checkpoint`", checkpoint.latest().isPresent());
  }

  private void stepsAreCounted() {
    AtomicInteger judged = new AtomicInteger();
    StochasticWeightAveraging swa = new StochasticWeightAveraging(0, 1);
    StochasticWeightAveraging late = new StochasticWeightAveraging(0, 1, 1, 0);
    Checkpoint checkpoint =
        Checkpoint.builder(folder.resolve("steps")).everySteps(3).everyEpochs(0).build();
    Model model = network();
    train(
        model,
        batches(),
        swa,
        late,
        ReduceOnPlateau.builder().monitor(constant(judged)).patience(99).everySteps(2).build(),
        checkpoint);
    driver("`stochastic_weight_averaging`", swa.count(model) == rounds);
    driver("`stochastic_weight_averaging(startEpoch=1)`", late.count(model) == rounds / EPOCHS);
    driver("`reduce_on_plateau(everySteps=2)`", judged.get() == rounds / 2);
    driver("`checkpoint(everySteps=3)`", checkpoint.latest().isPresent());
  }

  /** Whether NaN on one executor ends training, and leaves a network that is finite. */
  private boolean ends(Class<? extends Exception> by, TrainingListener listener) {
    List<DataSet> batches = batches();
    batches.get(5).getFeatures().putScalar(0, Double.NaN);
    Model model = network();
    try {
      train(model, batches, listener);
      return false;
    } catch (RuntimeException e) {
      return by.isInstance(e) && Double.isFinite(model.params().sumNumber().doubleValue());
    }
  }

  /** Whether steps on an executor are left out, and training goes on to the end. */
  private boolean skips(double bad, TrainingListener listener) {
    ExecutorProbe.forget();
    List<DataSet> batches = batches();
    for (int i : new int[] {2, 5, 8}) {
      batches.get(i).getLabels().putScalar(0, bad);
    }
    Model model = network();
    train(model, batches, listener, new ExecutorProbe(0));
    return Double.isFinite(model.params().sumNumber().doubleValue())
        && Network.of(model).progress().iterations() == steps
        && ExecutorProbe.some(seen -> seen.skipped);
  }

  private boolean isRefused(TrainingListener listener) {
    Model model = network();
    try {
      train(model, batches(), listener);
      return false;
    } catch (IllegalArgumentException e) {
      return e.getMessage().contains("listener " + listener.getClass().getSimpleName());
    }
  }

  private void train(Model model, List<DataSet> batches, TrainingListener... listeners) {
    JavaSparkContext spark = LocalSpark.plain();
    PrintStream out = System.out;
    ByteArrayOutputStream printing = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printing, true, StandardCharsets.UTF_8));
    model.setListeners(listeners);
    try {
      SparkTraining.builder(spark, model, master())
          .build()
          .fit(spark.parallelize(batches, 2), EPOCHS);
    } finally {
      System.setOut(out);
      printed = printing.toString(StandardCharsets.UTF_8);
    }
  }

  private TrainingMaster<?, ?> master() {
    return shared
        ? SharedGradientsTest.master(1, 1e-5)
        : new ParameterAveragingTrainingMaster.Builder(2, 1)
            .batchSizePerWorker(1)
            .averagingFrequency(3)
            .saveUpdater(true)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .build();
  }

  private static boolean averages(WeightAverage average, Model model) {
    return average.count(model) > 0 && !average.averaged(model).params().equals(model.params());
  }

  private static Monitor constant(AtomicInteger asked) {
    return Monitor.minimizing(
        "constant",
        model -> {
          asked.incrementAndGet();
          return 1;
        });
  }

  /** The scores are large by the penalty, columns of weights begin outside of the ball. */
  private Model network() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .updater(new Adam(BY_STEPS))
            .weightInit(new HeNormal())
            .activation(Activation.TANH)
            .list()
            .layer(
                new DenseLayer.Builder()
                    .nIn(4)
                    .nOut(6)
                    .activation(new Mish())
                    .regularization(List.of(new L2(1000)))
                    .build())
            .layer(new DenseLayer.Builder().nIn(6).nOut(6).dropOut(Dropout.dropping(0.5)).build())
            .layer(
                new OutputLayer.Builder()
                    .nIn(6)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .updater(new SGD(BY_EPOCHS))
                    .weightNoise(DropConnect.dropping(0.7))
                    .build())
            .build();
    MultiLayerNetwork net =
        new MultiLayerNetwork(Constraints.onWeights(conf, new MaxNorm(MAX_NORM)));
    net.init();
    return graph ? net.toComputationGraph() : net;
  }

  /** Of one row each, so that a dropped unit has no gradient. */
  private static List<DataSet> batches() {
    return Stream.generate(
            () -> new DataSet(Nd4j.rand(1, 4), Nd4j.createFromArray(1f, 0f).reshape(1, 2)))
        .limit(BATCHES)
        .toList();
  }
}
