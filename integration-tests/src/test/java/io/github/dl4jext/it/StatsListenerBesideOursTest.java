package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.diagnosis.Diagnosis;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor.ParameterNorms;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.listeners.monitoring.SkipIfNonFinite;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.progress.ProgressBar;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.tensorboard.TensorBoard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What DL4J's page of a training shows is what it shows without our listeners, and they act as
 * without it.
 */
class StatsListenerBesideOursTest {

  private static final int BATCHES = 4;
  private static final int EPOCHS = 2;

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void neitherDisturbsTheOther(boolean graph, boolean statsFirst, @TempDir Path folder) {
    InMemoryStatsStorage alone = new InMemoryStatsStorage();
    Model plain = trained(graph, List.of(new StatsListener(alone, 1)));

    List<ParameterNorms> norms = new ArrayList<>();
    History history = new History();
    Model watched = trained(graph, ours(folder.resolve("without"), history, norms));

    InMemoryStatsStorage beside = new InMemoryStatsStorage();
    List<ParameterNorms> normsBeside = new ArrayList<>();
    History historyBeside = new History();
    List<TrainingListener> all =
        new ArrayList<>(ours(folder.resolve("with"), historyBeside, normsBeside));
    all.add(statsFirst ? 0 : all.size() - 1, new StatsListener(beside, 1));
    Model both = trained(graph, all);

    assertThat(both.params().toDoubleVector())
        .isEqualTo(watched.params().toDoubleVector())
        .isEqualTo(plain.params().toDoubleVector());
    assertThat(normsBeside).isEqualTo(norms).isNotEmpty();
    assertThat(historyBeside.toCsv()).isEqualTo(history.toCsv());
    List<StatsReport> shown = reports(beside);
    List<StatsReport> wanted = reports(alone);
    assertThat(shown).hasSize(BATCHES * EPOCHS).hasSameSizeAs(wanted);
    for (int i = 0; i < shown.size(); i++) {
      assertThat(shown.get(i).getScore()).isEqualTo(wanted.get(i).getScore());
      assertThat(shown.get(i).getLearningRates()).isEqualTo(wanted.get(i).getLearningRates());
      for (StatsType type : StatsType.values()) {
        assertThat(shown.get(i).getMeanMagnitudes(type))
            .as("%s of step %s", type, i)
            .isEqualTo(wanted.get(i).getMeanMagnitudes(type));
      }
    }
  }

  /** None of them changes training; the checkpoint must be the last one. */
  private static List<TrainingListener> ours(
      Path folder, History history, List<ParameterNorms> norms) {
    return List.of(
        new ClipByGlobalNorm(1e6),
        new SkipIfNonFinite(),
        new GradientMonitor(1, norms::addAll),
        new ExponentialMovingAverage(0.9),
        history,
        EarlyStopping.builder().patience(99).build(),
        ReduceOnPlateau.builder().patience(99).build(),
        new ProgressBar(EPOCHS, BATCHES, ProgressBar.Display.EPOCHS, 9),
        new Diagnosis(1),
        TensorBoard.builder(folder.resolve("board")).everySteps(1).histogramsEverySteps(1).build(),
        new StopOnNaN(),
        Checkpoint.builder(folder.resolve("saved")).everySteps(3).build());
  }

  private static Model trained(boolean graph, List<TrainingListener> listeners) {
    MultiLayerNetwork stack =
        new MultiLayerNetwork(
            new AdamW(0.01, 0.1)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .seed(6)
                        .list()
                        .layer(new DenseLayer.Builder().nIn(5).nOut(7).build())
                        .layer(new OutputLayer.Builder().nIn(7).nOut(3).build())
                        .build()));
    stack.init();
    Model model = graph ? stack.toComputationGraph() : stack;
    Network network = Network.of(model);
    network.setListeners(listeners);
    Nd4j.getRandom().setSeed(11);
    DataSet data = new DataSet(Nd4j.rand(24, 5), Nd4j.eye(3).repeat(0, 8));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      network.fitEpoch(new ListDataSetIterator<>(data.asList(), 24 / BATCHES));
    }
    return model;
  }

  private static List<StatsReport> reports(InMemoryStatsStorage storage) {
    String session = storage.listSessionIDs().get(0);
    String worker = storage.listWorkerIDsForSession(session).get(0);
    List<StatsReport> reports = new ArrayList<>();
    for (Persistable each : storage.getAllUpdatesAfter(session, StatsListener.TYPE_ID, worker, 0)) {
      reports.add((StatsReport) each);
    }
    return reports;
  }
}
