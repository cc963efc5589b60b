package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.github.dl4jext.listeners.diagnosis.GradientMonitor.ParameterNorms;
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
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.schedules.PerEpoch;
import io.github.dl4jext.tensorboard.TensorBoard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/** Trains two epochs with two workers, and tells of each plugin what it did. */
final class ParallelRun {

  /** Where the log of tests goes; the pom says so. */
  private static final Path LOG = Path.of(System.getProperty("org.slf4j.simpleLogger.logFile"));

  private static final int EPOCHS = 2;
  private static final int BATCHES = 12;
  private static final int STEPS = EPOCHS * BATCHES;
  private static final int LAYERS = 3;
  private static final double MAX_NORM = 0.5;
  private static final ISchedule BY_STEPS = new Exponential(0.01, 0.5, 4);
  private static final ISchedule BY_EPOCHS = new PerEpoch(new Exponential(0.1, 0.5, 1));

  private final boolean ours;
  private final TrainingMode mode;
  private final boolean graph;
  private final Path folder;
  private final Map<String, String> words = new LinkedHashMap<>();

  private final WorkersSeen workers = new WorkersSeen();
  private String printed = "";
  private String warned = "";

  /** Takes our way of training, or DL4J's wrapper. */
  ParallelRun(boolean ours, TrainingMode mode, boolean graph, Path folder) {
    this.ours = ours;
    this.mode = mode;
    this.graph = graph;
    this.folder = folder;
  }

  /** Trains, and gives the word for each row of the table. */
  Map<String, String> words() {
    manyOnOneNetwork();
    stepsAreCounted();
    acts("`skip_if_non_finite`", skips(Double.NaN, new SkipIfNonFinite()));
    acts("`skip_if_norm_above`", skips(1e5, new SkipIfNormAbove(1000, 9, 2, 10)));
    acts("`stop_on_nan`", ends(TrainingDivergedException.class, new StopOnNaN()));
    acts(
        "`clip_by_global_norm(errorIfNonFinite=true)`",
        ends(ArithmeticException.class, new ClipByGlobalNorm(1, true)));
    return words;
  }

  private void acts(String row, boolean acted) {
    put(row, acted, "acts");
  }

  private void put(String row, boolean seen, String word) {
    if (seen) {
      words.merge(row, word, (before, now) -> before + ", " + now);
    }
  }

  /** Either it acts, or one warning says that it does not. */
  private void actsOrWarns(String row, boolean acted) {
    String plugin = row.replaceAll("`|\\(.*", "");
    long warnings =
        warned
            .lines()
            .filter(line -> line.contains(" " + plugin + ": "))
            .filter(line -> line.contains("Train with ParallelTraining"))
            .count();
    acts(row, acted);
    put(row, warnings == 1, "warns");
    put(row, warnings > 1, "warns " + warnings + " times");
  }

  private void manyOnOneNetwork() {
    List<AppliedRate> rates = Collections.synchronizedList(new ArrayList<>());
    List<ParameterNorms> norms = Collections.synchronizedList(new ArrayList<>());
    Diagnosis diagnosis = new Diagnosis(1);
    AtomicInteger judgedEpochs = new AtomicInteger();
    History history = new History();
    EarlyStopping stopping =
        EarlyStopping.builder().monitor(constant(new AtomicInteger())).patience(1).build();
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.5);
    StochasticWeightAveraging swa = StochasticWeightAveraging.everyEpoch(0);
    Checkpoint checkpoint = new Checkpoint(folder.resolve("epochs"));
    TensorBoard board = new TensorBoard(folder.resolve("board"));
    Model model = network();
    train(
        model,
        batches(),
        workers.probe(0),
        new AutoClip(),
        workers.probe(1),
        new AdaptiveClip(1e-2, 1e-3, true),
        workers.probe(2),
        new ClipByValue(1e-5),
        workers.probe(3),
        new ClipByNorm(1e-6),
        workers.probe(4),
        new ClipByGlobalNorm(1e-7),
        workers.probe(5),
        new GradientMonitor(1, norms::addAll),
        diagnosis,
        new LearningRateLog(1, rates::addAll),
        ema,
        swa,
        history,
        stopping,
        ReduceOnPlateau.builder().monitor(constant(judgedEpochs)).patience(99).build(),
        new ProgressBar(EPOCHS, 0, ProgressBar.Display.EPOCHS, 9),
        board,
        checkpoint);
    acts("an optimizer", Network.of(model).progress().iterations() == STEPS / 2);
    put("an optimizer", !remembers(model), "forgets");
    List<AppliedRate> last = rates.stream().filter(r -> of(2, model, r)).toList();
    acts(
        "a schedule by steps",
        rates.stream()
            .filter(r -> of(0, model, r))
            .allMatch(r -> r.rate() == BY_STEPS.valueAt(r.iteration(), 0)));
    acts(
        "a schedule by epochs",
        last.stream().allMatch(r -> r.rate() == BY_EPOCHS.valueAt(0, r.iteration() * 2 / BATCHES)));
    put(
        "a schedule by epochs",
        last.stream().allMatch(r -> r.rate() == BY_EPOCHS.valueAt(0, 0)),
        "stands still");
    acts("an activation", every(s -> new Mish().equals(s.layer.getActivationFn())));
    acts("an initialiser", every(s -> new HeNormal().equals(s.layer.getWeightInitFn())));
    acts("a dropout", every(s -> s.unitDropped));
    acts("a weight noise", every(s -> s.weightDropped));
    acts("a constraint", every(s -> s.steps > 1 && s.largestNorm < MAX_NORM + 1e-5));
    acts("a penalty", every(s -> s.penalized));
    acts("`auto_clip`", every(s -> s.clipped[1]));
    acts("`adaptive_clip`", every(s -> s.clipped[2]));
    acts("`clip_by_value`", every(s -> s.clipped[3]));
    acts("`clip_by_norm`", every(s -> s.clipped[4]));
    acts("`clip_by_global_norm`", every(s -> s.clipped[5]));
    acts("`diagnosis`", diagnosis.examinedSteps() == STEPS);
    acts("`gradient_monitor`", norms.size() == STEPS * LAYERS * 2);
    acts("`learning_rate_log`", rates.size() == STEPS * LAYERS);
    acts("`exponential_moving_average`", averages(ema, model));
    actsOrWarns("`stochastic_weight_averaging(everyEpochs=1)`", averages(swa, model));
    actsOrWarns("`history`", history.epochs() == EPOCHS);
    actsOrWarns("`early_stopping`", stopping.stopped());
    actsOrWarns("`reduce_on_plateau`", judgedEpochs.get() == EPOCHS);
    actsOrWarns("`progress_bar`", tellsEpochsApart());
    actsOrWarns("`tensorboard`", tellsEpochs(board));
    actsOrWarns("`checkpoint`", checkpoint.latest().isPresent());
  }

  private void stepsAreCounted() {
    AtomicInteger judgedSteps = new AtomicInteger();
    StochasticWeightAveraging swa = new StochasticWeightAveraging(0, 2);
    StochasticWeightAveraging late = new StochasticWeightAveraging(0, 1, 1, 0);
    Checkpoint checkpoint =
        Checkpoint.builder(folder.resolve("steps")).everySteps(2).everyEpochs(0).build();
    Model model = network();
    train(
        model,
        batches(),
        swa,
        late,
        ReduceOnPlateau.builder().monitor(constant(judgedSteps)).patience(99).everySteps(4).build(),
        new ProgressBar(EPOCHS, BATCHES, ProgressBar.Display.EPOCHS, 9),
        checkpoint);
    acts("`stochastic_weight_averaging`", averages(swa, model));
    actsOrWarns("`stochastic_weight_averaging(startEpoch=1)`", averages(late, model));
    actsOrWarns("`reduce_on_plateau(everySteps=4)`", judgedSteps.get() == STEPS / 4);
    actsOrWarns("`progress_bar(stepsPerEpoch=12)`", tellsEpochsApart());
    actsOrWarns("`checkpoint(everySteps=2)`", checkpoint.latest().isPresent());
  }

  private static boolean tellsEpochs(TensorBoard board) {
    try {
      String text = Files.readString(board.file(), StandardCharsets.ISO_8859_1);
      assertThat(text).contains("step/loss", "gradients/");
      return text.contains("epoch/loss");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether NaN in one worker ends training, and leaves a network that is finite. */
  private boolean ends(Class<? extends Exception> by, TrainingListener listener) {
    List<DataSet> batches = batches();
    batches.get(5).getFeatures().putScalar(0, Double.NaN);
    Model model = network();
    try {
      train(model, batches, listener);
      return false;
    } catch (RuntimeException e) {
      return by.isInstance(rootOf(e)) && Double.isFinite(model.params().sumNumber().doubleValue());
    }
  }

  /** Whether each worker takes no step by a bad minibatch, and training goes on to its end. */
  private boolean skips(double bad, TrainingListener listener) {
    List<DataSet> batches = batches();
    batches.subList(6, 8).forEach(batch -> batch.getLabels().putScalar(0, bad));
    Set<Model> skipping = Collections.newSetFromMap(new ConcurrentHashMap<>());
    Model model = network();
    train(
        model,
        batches,
        listener,
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model worker) {
            if (Network.of(worker).gradients().norm1Number().doubleValue() == 0) {
              skipping.add(worker);
            }
          }
        });
    return Double.isFinite(model.params().sumNumber().doubleValue())
        && Network.of(model).progress().iterations() == STEPS / 2
        && skipping.size() >= 2;
  }

  private void train(Model model, List<DataSet> batches, TrainingListener... listeners) {
    PrintStream out = System.out;
    ByteArrayOutputStream printing = new ByteArrayOutputStream();
    long logged = LOG.toFile().length();
    System.setOut(new PrintStream(printing, true, StandardCharsets.UTF_8));
    model.setListeners(listeners);
    try {
      if (ours) {
        ParallelTraining.builder(model)
            .mode(mode)
            .build()
            .fit(new ExistingDataSetIterator(batches), EPOCHS);
      } else {
        trainByWrapper(model, batches);
      }
    } finally {
      System.setOut(out);
      printed = printing.toString(StandardCharsets.UTF_8);
      warned = after(logged);
    }
  }

  private static String after(long size) {
    try {
      byte[] log = Files.readAllBytes(LOG);
      return new String(log, (int) size, log.length - (int) size, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A stack that shares gradients is given an updater before its second fit, which would hang. */
  private void trainByWrapper(Model model, List<DataSet> batches) {
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(model)
            .workers(2)
            .prefetchBuffer(0)
            .trainingMode(mode)
            .build();
    try {
      wrapper.fit(new ExistingDataSetIterator(batches));
      Network.of(model).byType(stack -> stack.getUpdater(), net -> net.getUpdater());
      wrapper.fit(new ExistingDataSetIterator(batches));
    } finally {
      wrapper.shutdown();
    }
  }

  private static Throwable rootOf(Throwable thrown) {
    return thrown.getCause() == null ? thrown : rootOf(thrown.getCause());
  }

  private static boolean remembers(Model model) {
    return Network.of(model)
        .updaterStateView()
        .filter(state -> state.norm1Number().doubleValue() > 0)
        .isPresent();
  }

  private static boolean of(int layer, Model model, AppliedRate rate) {
    return rate.layer().equals(Network.of(model).nodes().get(layer).name());
  }

  /** Each epoch has a copy of its own. */
  private boolean every(Predicate<WorkersSeen.Seen> what) {
    return workers.count() == 1 + EPOCHS && workers.every(what);
  }

  private static boolean averages(WeightAverage average, Model model) {
    return average.count(model) > 0 && !average.averaged(model).params().equals(model.params());
  }

  private boolean tellsEpochsApart() {
    return printed.contains("1/2") && printed.contains("2/2");
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
  /** Makes batches whose gradients grow, so that each worker sees a norm above those before it. */
  private static List<DataSet> batches() {
    return IntStream.range(0, BATCHES)
        .mapToObj(i -> Nd4j.rand(1, 4).muli(1 + 0.5 * i))
        .map(x -> new DataSet(x, Nd4j.createFromArray(1f, 0f).reshape(1, 2)))
        .toList();
  }
}
