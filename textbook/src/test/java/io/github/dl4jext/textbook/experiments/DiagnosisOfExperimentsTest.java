package io.github.dl4jext.textbook.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.diagnosis.Diagnosis;
import io.github.dl4jext.listeners.diagnosis.checks.Finding;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The networks of the chapter are healthy, but for those that are there to show a fault. */
class DiagnosisOfExperimentsTest {

  /** So many that units and features are judged: 459 are wanted. */
  private static final int IMAGES = 600;

  /** What is to be found, by the begin of experiment and network. */
  private static final Map<String, String> FAULTS =
      Map.of(
          "alpha-dropout / dropout", "selu_with_dropout",
          "gradient-clipping / ", "unscaled_inputs",
          "relu-100-layers / ", "dead_units");

  static Stream<Experiment> experiments() {
    return Stream.of(
        new Activations(),
        new BatchNorm(),
        new DropoutRegularization(),
        new AlphaDropoutWithSelu(),
        new MaxNormConstraint(),
        new PracticalGuidelines(),
        new WeightPenalties(),
        new GradientClipping(),
        new HundredLayers.WithSelu(),
        new HundredLayers.WithRelu());
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void onlyWhatIsPlantedIsFound(Experiment experiment) throws Exception {
    Examined examined = new Examined();
    Nd4j.getRandom().setSeed(1);
    experiment.run(examined);
    assertThat(examined.watched).isNotEmpty();
    examined.watched.forEach(
        (network, watch) -> {
          String name = experiment.name() + " / " + network;
          String fault =
              FAULTS.entrySet().stream()
                  .filter(each -> name.startsWith(each.getKey()))
                  .map(Map.Entry::getValue)
                  .findFirst()
                  .orElse("");
          assertThat(watch.diagnosis.examinedSteps()).as(name).isGreaterThan(IMAGES / 32);
          for (List<Finding> found : List.of(watch.before, watch.diagnosis.findings())) {
            if (fault.isEmpty()) {
              assertThat(found).as(name).isEmpty();
            } else {
              assertThat(found).as(name).extracting(Finding::check).contains(fault);
            }
          }
        });
  }

  /** Runs an experiment with a diagnosis of each of its networks. */
  private static final class Examined implements Context {

    final Map<String, Watch> watched = new LinkedHashMap<>();

    @Override
    public ImageData data() {
      return DataSource.load(DataSource.EMBEDDED);
    }

    @Override
    public ImageData images(int drawn) {
      return Context.super.images(Math.min(drawn, IMAGES));
    }

    @Override
    public long seed() {
      return 1;
    }

    @Override
    public int epochs() {
      return 1;
    }

    @Override
    public TrainingListener progress(String what, int epochs) {
      Watch watch = new Watch();
      watched.put(what, watch);
      return watch;
    }

    @Override
    public void report(String metric, double value, ReferenceFigure book) {}

    @Override
    public void curve(String chart, String line, double... values) {}

    @Override
    public void picture(String title, LineChart chart) {}

    @Override
    public void picture(String title, String svg) {}
  }

  /** Calls before training, with the first minibatch, and listens to all steps. */
  private static final class Watch extends BaseTrainingListener {

    final Diagnosis diagnosis = new Diagnosis(1);
    List<Finding> before = new ArrayList<>();
    private Model untrained;
    private MultiDataSet first;

    @Override
    public void onEpochStart(Model model) {
      if (untrained == null) {
        untrained = NetworkCopy.from(model).build();
      }
    }

    @Override
    public void onBackwardPass(Model model) {
      first = first == null ? Network.of(model).minibatch().orElseThrow().copy() : first;
      diagnosis.onBackwardPass(model);
    }

    @Override
    public void onGradientCalculation(Model model) {
      diagnosis.onGradientCalculation(model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      diagnosis.iterationDone(model, iteration, epoch);
      if (iteration == 0) {
        before = Diagnosis.check(untrained, first);
      }
    }
  }
}
