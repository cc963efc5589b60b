package io.github.dl4jext.listeners.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.fixtures.Trainings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The count, score by score, against PyTorch and against a table worked out from Keras's rules. */
class PlateauTest {

  private static List<JsonNode> golden() {
    List<JsonNode> cases = new ArrayList<>();
    read("/golden/plateau.json").get("cases").forEach(cases::add);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void countsAsPyTorch(JsonNode golden) {
    JsonNode arguments = golden.get("arguments");
    ReduceOnPlateau.Builder builder = torch(arguments).epsilon(arguments.get("eps").asDouble());
    boolean max = arguments.get("mode").asText().equals("max");
    assertThat(rates(builder, max, golden.get("lr").asDouble(), numbers(golden.get("scores"))))
        .containsExactly(numbers(golden.get("rates")));
  }

  @ParameterizedTest
  @CsvSource({"plateau cooldown=0", "plateau cooldown=2"})
  void countsAsPyTorchInTheCommonGoldenFile(String name) {
    JsonNode golden = read("/golden/plateau-common.json").get(name);
    JsonNode arguments = golden.get("arguments");
    double[] expected = numbers(golden.get("lr"));
    assertThat(expected).hasSizeGreaterThan(30);
    assertThat(
            rates(
                torch(arguments),
                false,
                arguments.get("lr").asDouble(),
                numbers(golden.get("losses"))))
        .containsExactly(expected);
  }

  private static ReduceOnPlateau.Builder torch(JsonNode arguments) {
    return ReduceOnPlateau.builder()
        .convention(PatienceConvention.TORCH)
        .factor(arguments.get("factor").asDouble())
        .patience(arguments.get("patience").asInt())
        .minDelta(arguments.get("threshold").asDouble())
        .thresholdMode(
            arguments.get("threshold_mode").asText().equals("rel")
                ? ThresholdMode.RELATIVE
                : ThresholdMode.ABSOLUTE)
        .cooldown(arguments.get("cooldown").asInt())
        .minRate(arguments.get("min_lr").asDouble());
  }

  @Test
  void goldenFileHasEveryMixture() {
    assertThat(golden()).hasSize(54);
    assertThat(golden().stream().map(c -> numbers(c.get("rates"))[59]).distinct().count())
        .as("different last rates")
        .isGreaterThan(10);
  }

  /** From rate 1, halved. Each row was worked out with pen and paper from the rules of Keras. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "patience 2|2|0|0|0|min|5 4 4 4 4 4 3 3 3|1 1 1 .5 .5 .25 .25 .25 .125",
        "patience 1|1|0|0|0|min|5 4 4 4|1 1 .5 .25",
        "patience 0 is 1|0|0|0|0|min|5 4 4 4|1 1 .5 .25",
        "last of the cool-down counts|1|0|2|0|min|5 5 5 5 5 5 5|1 .5 .5 .25 .25 .125 .125",
        "better in the cool-down|1|0|2|0|min|5 5 4 4 4|1 .5 .5 .25 .25",
        "not better by enough|2|.1|0|0|min|1 .95 .91 .85 .7|1 1 .5 .5 .5",
        "minimum|0|0|0|.3|min|1 1 1 1|1 .5 .3 .3",
        "more is better|2|0|0|0|max|.5 .6 .6 .55 .7|1 1 1 .5 .5",
        "NaN is no better|2|0|0|0|min|NaN NaN 3 NaN 3 2|1 .5 .5 .5 .25 .25"
      })
  void countsAsKeras(
      String what,
      int patience,
      double minDelta,
      int cooldown,
      double minRate,
      String mode,
      String scores,
      String rates) {
    ReduceOnPlateau.Builder builder =
        ReduceOnPlateau.builder()
            .factor(0.5)
            .patience(patience)
            .minDelta(minDelta)
            .cooldown(cooldown)
            .minRate(minRate);
    assertThat(rates(builder, mode.equals("max"), 1, numbers(scores)))
        .containsExactly(numbers(rates));
  }

  /** Without a cool-down they differ by one score, and in nothing else. */
  @Property(tries = 200)
  void torchWaitsOneScoreLonger(
      @ForAll @Size(max = 40) List<@DoubleRange(min = -3, max = 3) Double> scores,
      @ForAll @IntRange(min = 1, max = 5) int patience,
      @ForAll @DoubleRange(min = 0, max = 0.5) double minDelta,
      @ForAll boolean max) {
    Plateau keras =
        new Plateau(PatienceConvention.KERAS, ThresholdMode.ABSOLUTE, patience, minDelta, 0, max);
    Plateau torch =
        new Plateau(
            PatienceConvention.TORCH, ThresholdMode.ABSOLUTE, patience - 1, minDelta, 0, max);
    for (double score : scores) {
      boolean over = keras.isOver(score);
      assertThat(torch.isOver(score)).isEqualTo(over);
      if (over) {
        keras.acted(true);
        torch.acted(true);
      }
      assertThat(torch.best()).isEqualTo(keras.best());
    }
  }

  /** The rate after each score, of a real network whose epochs have these scores. */
  private static double[] rates(
      ReduceOnPlateau.Builder builder, boolean max, double rate, double[] scores) {
    MultiLayerNetwork net =
        (MultiLayerNetwork) Trainings.network(Trainings.Type.MULTI_LAYER, null, new Sgd(rate));
    int[] epoch = {0};
    ReduceOnPlateau listener =
        (max
                ? builder.monitor(Monitor.maximizing("figure", (Model m) -> scores[epoch[0]]))
                : builder.monitor(Monitor.minimizing("figure", (Model m) -> scores[epoch[0]])))
            .build();
    double[] rates = new double[scores.length];
    for (; epoch[0] < scores.length; epoch[0]++) {
      listener.onEpochEnd(net);
      rates[epoch[0]] = net.getLearningRate(0);
    }
    return rates;
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(node -> node.isNull() ? Double.NaN : node.asDouble())
        .toArray();
  }

  private static JsonNode read(String resource) {
    try (InputStream in = PlateauTest.class.getResourceAsStream(resource)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
