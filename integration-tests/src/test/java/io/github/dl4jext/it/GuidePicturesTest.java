package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.plots.SchedulePlot;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The pictures of the guide are what the plots draw; run with {@code -Dcatalogue.write} to draw
 * them anew.
 */
class GuidePicturesTest {

  private static final Path GUIDE = Path.of("..", "docs", "guide");
  private static final int WIDTH = 420;
  private static final int HEIGHT = 280;
  private static final int STEPS = 1000;

  /** How a schedule looks depends on its numbers, and they have no defaults. */
  private static final List<String> SCHEDULES =
      List.of(
          "clamped(schedule=exponential(initialRate=0.1, decayRate=0.1, decaySteps=400), minRate=0.01, maxRate=0.08)",
          "constant(rate=0.1)",
          "cosine(initialRate=0.1, totalSteps=900)",
          "cosine_restarts(initialRate=0.1, firstPeriod=150, periodMultiplier=2)",
          "cyclic(minRate=0.01, maxRate=0.1, halfPeriod=100, decay=0.7)",
          "cyclic_momentum(halfPeriod=100, stepsDown=60)",
          "exponential(initialRate=0.1, decayRate=0.1, decaySteps=400)",
          "inverse_sqrt(maxRate=0.1, warmupSteps=100)",
          "multi_step(initialRate=0.1, milestones=[300, 600, 800], decayRate=0.5)",
          "one_cycle(maxRate=0.1, totalSteps=1000)",
          "one_cycle_momentum(totalSteps=1000)",
          "per_epoch(schedule=exponential(initialRate=0.1, decayRate=0.7, decaySteps=1))",
          "piecewise_constant(boundaries=[300, 600], rates=[0.1, 0.05, 0.01])",
          "polynomial(initialRate=0.1, totalSteps=900, power=2)",
          "power(initialRate=0.1, stepSize=100)",
          "product(schedules=[linear(initialRate=0, finalRate=1, totalSteps=200), exponential(initialRate=0.1, decayRate=0.1, decaySteps=900)])",
          "scaled(schedule=cosine(initialRate=0.1, totalSteps=900), factor=0.5)",
          "sequence(schedules=[constant(rate=0.1), cosine(initialRate=0.05, totalSteps=400)], boundaries=[500])",
          "warmup(after=cosine(initialRate=0.1, totalSteps=800), warmupSteps=100)",
          "warmup_stable_decay(maxRate=0.1, warmupSteps=100, stableSteps=600, decaySteps=200)");

  @Test
  void everyScheduleHasItsPicture() throws IOException {
    Map<String, String> specs =
        SCHEDULES.stream()
            .collect(Collectors.toMap(spec -> spec.substring(0, spec.indexOf('(')), spec -> spec));
    assertThat(specs).containsOnlyKeys(names(ISchedule.class));
    picturesAreUpToDate(
        "schedules", names(ISchedule.class), name -> schedule(name, specs.get(name)));
  }

  @Test
  void everyActivationHasItsPicture() throws IOException {
    List<String> names = new ArrayList<>(names(IActivation.class));
    assertThat(names.removeAll(List.of("softmax", "log_softmax"))).as("of a row").isTrue();
    picturesAreUpToDate("activations", names, GuidePicturesTest::activation);
  }

  private static <T> List<String> names(Class<T> kind) {
    return Plugins.installed().of(kind).stream()
        .filter(plugin -> plugin.getClass().getName().startsWith("io.github.dl4jext."))
        .map(Plugin::name)
        .toList();
  }

  private static LineChart schedule(String name, String spec) {
    ISchedule schedule = Plugins.installed().create(ISchedule.class, spec);
    return SchedulePlot.titled(name, Map.of("", schedule), STEPS, STEPS / 10).yLabel("").build();
  }

  private static LineChart activation(String name) {
    IActivation activation = Plugins.installed().create(IActivation.class, name);
    // None of the points is 0 or a half, where some have a kink.
    double[] x = new double[800];
    Arrays.setAll(x, i -> 8.0 * i / 799 - 4);
    double[] y = values(activation, x, 0);
    double[] above = values(activation, x, 1e-4);
    double[] below = values(activation, x, -1e-4);
    double[] slope = new double[x.length];
    Arrays.setAll(slope, i -> rounded((above[i] - below[i]) / 2e-4));
    Arrays.setAll(y, i -> rounded(y[i]));
    return LineChart.titled(name).line("value", x, y).line("slope", x, slope).build();
  }

  private static double[] values(IActivation activation, double[] x, double further) {
    double[] at = Arrays.stream(x).map(value -> value + further).toArray();
    return activation.getActivation(Nd4j.createFromArray(at), false).toDoubleVector();
  }

  /** Processors differ in the last digits, and pictures should not. */
  private static double rounded(double value) {
    return Math.rint(value * 1e5) / 1e5;
  }

  private static void picturesAreUpToDate(
      String family, List<String> names, Function<String, LineChart> draw) throws IOException {
    assertThat(names).hasSizeGreaterThan(10);
    String page = Files.readString(GUIDE.resolve(family + ".md"));
    for (String name : names) {
      String link = "img/" + family + "/" + name + ".svg";
      Path file = GUIDE.resolve(link);
      String svg = draw.apply(name).toSvg(WIDTH, HEIGHT) + "\n";
      if (System.getProperty("catalogue.write") != null) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, svg);
      }
      assertThat(file)
          .as("draw it by: mvn verify -Dcatalogue.write")
          .isRegularFile()
          .hasContent(svg);
      assertThat(page).as("the guide shows it").contains("![" + name + "](" + link + ")");
    }
  }
}
