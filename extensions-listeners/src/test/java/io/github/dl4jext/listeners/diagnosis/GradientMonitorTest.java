package io.github.dl4jext.listeners.diagnosis;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.diagnosis.GradientMonitor.ParameterNorms;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

class GradientMonitorTest extends PluginContract<TrainingListener> {

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "gradient_monitor(everySteps=7, file='target/monitor/one.csv')";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "gradient_monitor(everySteps=8, file='target/monitor/one.csv')",
        "gradient_monitor(everySteps=7, file='target/monitor/other.csv')",
        "gradient_monitor(everySteps=7)");
  }

  /** Both frameworks start from the same weights, see golden/gradient_monitor.py. */
  @Test
  void agreesWithPyTorch() throws IOException {
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            base(new Adam(0.01, 0.9, 0.999, 1e-30))
                .list()
                .layer(new DenseLayer.Builder().name("first").nIn(3).nOut(4).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .name("last")
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    model.init();
    model.getLayer(0).getParam("W").assign(ramp(-0.5, 0.1, 3, 4));
    model.getLayer(0).getParam("b").assign(ramp(0.1, 0.05, 1, 4));
    model.getLayer(1).getParam("W").assign(ramp(0.4, -0.1, 4, 2));
    model.getLayer(1).getParam("b").assign(ramp(-0.2, 0.3, 1, 2));
    List<ParameterNorms> rows = new ArrayList<>();
    model.addListeners(new GradientMonitor(1, rows::addAll));
    DataSet data = new DataSet(Transforms.sin(ramp(0, 1, 8, 3)), Transforms.cos(ramp(0, 1, 8, 2)));
    for (int step = 0; step < 3; step++) {
      model.fit(data);
    }
    List<String> golden = golden().lines().skip(1).toList();
    assertThat(rows).hasSameSizeAs(golden);
    for (int i = 0; i < rows.size(); i++) {
      String[] expected = golden.get(i).split(",");
      ParameterNorms row = rows.get(i);
      assertThat(row.iteration()).isEqualTo(Integer.parseInt(expected[0]));
      assertThat(row.layer()).isEqualTo(expected[1]);
      assertThat(row.parameter()).isEqualTo(expected[2]);
      assertClose(row.gradientNorm(), expected[3]);
      assertClose(row.updateNorm(), expected[4]);
      assertClose(row.weightNorm(), expected[5]);
    }
  }

  private static void assertClose(double number, String expected) {
    double exact = Double.parseDouble(expected);
    assertThat(number).isCloseTo(exact, within(1e-10 * exact));
  }

  /** What the updater leaves in place of the gradient is what was subtracted, in both types. */
  @ParameterizedTest
  @EnumSource
  void measuresWhatWasSubtracted(Type type) {
    Model model = network(type, base(new Adam(0.01)).l2(0.1));
    List<ParameterNorms> rows = new ArrayList<>();
    model.addListeners(new GradientMonitor(1, rows::addAll));
    for (int step = 0; step < 3; step++) {
      rows.clear();
      INDArray before = model.params().dup();
      fit(model, batch(step));
      assertThat(rows).hasSize(6);
      for (ParameterSlot slot : Trainings.of(model).slots()) {
        rows.stream()
            .filter(r -> r.layer().equals(slot.node().name()))
            .filter(r -> r.parameter().equals(slot.parameter()))
            .forEach(
                row -> {
                  INDArray old = slot.in(before);
                  double moved = old.sub(slot.in(model.params())).norm2Number().doubleValue();
                  double weight = old.norm2Number().doubleValue();
                  assertThat(row.updateNorm()).isCloseTo(moved, within(1e-12));
                  assertThat(row.weightNorm()).isCloseTo(weight, within(1e-12));
                  assertThat(row.updateToWeight()).isEqualTo(row.updateNorm() / row.weightNorm());
                });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesRunningStatisticsOut(Type type) {
    Model model = network(type, base(new Sgd(0.1)));
    GradientMonitor monitor = new GradientMonitor(1, rows -> {});
    assertThat(monitor.rows()).isEmpty();
    model.addListeners(monitor);
    fit(model, batch(0));
    assertThat(monitor.rows())
        .extracting(row -> row.layer() + " " + row.parameter())
        .containsExactly("first W", "first b", "norm gamma", "norm beta", "last W", "last b");
  }

  /** The check in the class comment; the sum over the minibatch is divided only if DL4J does. */
  @Test
  void threeFourFive() {
    for (boolean mean : new boolean[] {true, false}) {
      MultiLayerNetwork model =
          new MultiLayerNetwork(
              base(new Sgd(0.5))
                  .miniBatch(mean)
                  .list()
                  .layer(
                      new OutputLayer.Builder(LossFunction.MSE)
                          .nIn(1)
                          .nOut(2)
                          .hasBias(false)
                          .activation(Activation.IDENTITY)
                          .build())
                  .build());
      model.init();
      model.params().assign(Nd4j.createFromArray(3.0, 4.0));
      // MSE divides by the outputs: the gradient of one example is w x - y
      INDArray labels = Nd4j.createFromArray(2.4, 3.2).reshape(1, 2);
      GradientMonitor monitor = new GradientMonitor(1, rows -> {});
      model.addListeners(monitor);
      model.fit(new DataSet(Nd4j.ones(DataType.DOUBLE, 2, 1), Nd4j.vstack(labels, labels)));
      ParameterNorms row = monitor.rows().get(0);
      double examples = mean ? 1 : 2;
      assertThat(row.gradientNorm()).isCloseTo(examples, within(1e-12));
      assertThat(row.updateNorm()).isCloseTo(0.5 * examples, within(1e-12));
      assertThat(row.weightNorm()).isCloseTo(5, within(1e-12));
      assertThat(row.updateToWeight()).isCloseTo(0.1 * examples, within(1e-12));
    }
  }

  @Test
  void measuresEveryNthStep() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    List<Integer> steps = new ArrayList<>();
    model.addListeners(new GradientMonitor(3, rows -> steps.add(rows.get(0).iteration())));
    fit(model, batches(0, 8), 1);
    assertThat(steps).containsExactly(0, 3, 6);
  }

  @Test
  void printsATable() {
    List<ParameterNorms> rows =
        List.of(
            new ParameterNorms(200, 1, "layer0", "W", 0.01234, 5e-4, 10),
            new ParameterNorms(200, 1, "output", "b", 0.5, 1e-3, 0),
            new ParameterNorms(200, 1, "output", "RW", 0, 0, 0));
    assertThat(GradientMonitor.table(rows))
        .isEqualTo(
            """
            iteration 200, epoch 1
            layer   parameter   gradient     update     weight  update/weight
            layer0  W          1.234e-02  5.000e-04  1.000e+01      5.000e-05
            output  b          5.000e-01  1.000e-03  0.000e+00       Infinity
            output  RW         0.000e+00  0.000e+00  0.000e+00            NaN
            """);
    StringBuilder out = new StringBuilder();
    GradientMonitor monitor = new GradientMonitor(1, out);
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.addListeners(monitor);
    fit(model, batch(0));
    assertThat(out).hasToString(GradientMonitor.table(monitor.rows()));
  }

  @ParameterizedTest
  @EnumSource
  void writesCsvLineByLineAndGoesOnAfterAKill(Type type, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("logs").resolve("gradients.csv");
    Model model = network(type, base(new Sgd(0.1)));
    GradientMonitor monitor = new GradientMonitor(1, file);
    model.addListeners(monitor);
    fit(model, batch(0));
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(7);
    assertThat(lines.get(0))
        .isEqualTo(
            "iteration,epoch,layer,parameter,gradientNorm,updateNorm,weightNorm,updateToWeight");
    ParameterNorms first = monitor.rows().get(0);
    assertThat(lines.get(1))
        .isEqualTo(
            "0,0,first,W,"
                + first.gradientNorm()
                + ","
                + first.updateNorm()
                + ","
                + first.weightNorm()
                + ","
                + first.updateToWeight());
    Files.writeString(file, "1,0,first,W,0.0", StandardOpenOption.APPEND);
    model.setListeners(new GradientMonitor(1, file));
    fit(model, batch(1));
    assertThat(Files.readAllLines(file))
        .hasSize(13)
        .startsWith(lines.toArray(String[]::new))
        .allSatisfy(line -> assertThat(line.split(",")).hasSize(8));
  }

  @Test
  void refusesAFileThatIsSomethingElse(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("precious.csv"), "a,b\n1,2\n");
    assertThatThrownBy(() -> new GradientMonitor(1, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gradient_monitor: file must be new, or a log with the header")
        .hasMessageContaining(file + " with \"a,b\"; move that file away");
    assertThat(file).hasContent("a,b\n1,2\n");
    assertThatThrownBy(() -> new GradientMonitor(1, file.resolve("below.csv")))
        .hasMessageContaining("gradient_monitor: file must be writable, was ");
    assertThatThrownBy(() -> new GradientMonitor(0, folder.resolve("new.csv")))
        .isInstanceOf(InvalidArgumentException.class);
    assertThat(folder.resolve("new.csv")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void doesNotChangeTraining(Type type) {
    Model watched = network(type, base(new Adam(0.01)));
    Model alone = network(type, base(new Adam(0.01)));
    watched.addListeners(new GradientMonitor(2, rows -> {}));
    fit(watched, batches(0, 4), 2);
    fit(alone, batches(0, 4), 2);
    assertThat(watched.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
  }

  private static INDArray ramp(double start, double step, long rows, long columns) {
    return Nd4j.linspace(DataType.DOUBLE, start, step, rows * columns).reshape(rows, columns);
  }

  private static String golden() throws IOException {
    try (InputStream in =
        GradientMonitorTest.class.getResourceAsStream("/golden/gradient_monitor.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
