package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The experiments, small: what the chapter claims holds, as a relation between figures. */
class ExperimentsTest {

  @TempDir private Path folder;

  @Test
  void variancesStayAliveWithTheMatchingInitialiserOnly() throws IOException {
    Map<String, Double> variance = run("--only", "signal-propagation");
    for (String what : new String[] {"activations", "gradients"}) {
      assertThat(variance.get("variance of " + what + ", relu + he_normal")).isBetween(1e-3, 1e3);
      assertThat(variance.get("variance of " + what + ", relu + glorot_normal")).isLessThan(1e-20);
      assertThat(variance.get("variance of " + what + ", selu + he_normal")).isGreaterThan(1e3);
    }
    assertThat(variance.get("variance of activations, selu + lecun_normal"))
        .isCloseTo(1, within(0.3));
  }

  @Test
  void seluLearnsInAHundredLayersWhereReluDoesNot() throws IOException {
    Map<String, Double> accuracy =
        run("--only", "selu-100-layers,relu-100-layers", "--epochs", "2");
    assertThat(accuracy.get("selu-100-layers"))
        .isGreaterThan(accuracy.get("relu-100-layers") + 0.05);
  }

  @Test
  void everyActivationOfTheChapterLearns() throws IOException {
    assertThat(run("--only", "activations", "--epochs", "1"))
        .hasSizeGreaterThanOrEqualTo(8)
        .allSatisfy((metric, accuracy) -> assertThat(accuracy).as(metric).isGreaterThan(0.5));
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = "FASHION_MNIST_DIR",
      matches = ".+",
      disabledReason = "FASHION_MNIST_DIR is not set")
  void everyActivationOfTheChapterLearnsFashion() throws IOException {
    assertThat(
            run(
                "--only",
                "activations",
                "--epochs",
                "1",
                "--data",
                System.getenv("FASHION_MNIST_DIR")))
        .allSatisfy((metric, accuracy) -> assertThat(accuracy).as(metric).isGreaterThan(0.8));
  }

  @Test
  void adaptiveOptimizersAreFasterThanPlainDescent() throws IOException {
    Map<String, Double> accuracy = run("--only", "optimizers", "--epochs", "1");
    double plain = accuracy.get("after 1 epoch, SGD (chapter: speed *)");
    for (String fast : new String[] {"RMSprop", "Adam", "AdaMax", "NAdam", "AdamW"}) {
      assertThat(accuracy.get("after 1 epoch, " + fast + " (chapter: speed ***)"))
          .as(fast)
          .isGreaterThan(plain + 0.1);
    }
  }

  /** Values by metric, or by experiment where that has one metric. */
  private Map<String, Double> run(String... arguments) throws IOException {
    String[] all = new String[arguments.length + 3];
    all[0] = "run";
    all[1] = "--report";
    all[2] = folder.toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    assertThat(Main.execute(all)).as("exit code").isZero();

    Map<String, Double> values = new HashMap<>();
    JsonNode results = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    for (JsonNode result : results) {
      values.put(result.get("metric").asText(), result.get("value").asDouble());
      values.put(result.get("experiment").asText(), result.get("value").asDouble());
    }
    return values;
  }
}
