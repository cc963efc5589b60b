package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.Main;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Experiment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** All experiments, as the command runs them: each must show what it claims. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ExperimentsContract {

  private static final String HOLDS = "holds";
  private static final String OPEN = "open";

  private final List<String> openClaims;
  private final List<String> images;
  private Path folder;
  private String printed;

  /**
   * @param openClaims how claims end that these images are too few or too plain to show
   * @param images the options that say which
   */
  ExperimentsContract(List<String> openClaims, String... images) {
    this.openClaims = openClaims;
    this.images = List.of(images);
  }

  @BeforeAll
  final void runAllOfThem(@TempDir Path report) {
    folder = report;
    List<String> command = new ArrayList<>(List.of("run", "--report", folder.toString()));
    command.addAll(images);
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.execute(command.toArray(String[]::new))).as("exit code").isZero();
    } finally {
      System.setOut(before);
      printed = out.toString(StandardCharsets.UTF_8);
    }
  }

  @TestFactory
  final Stream<DynamicTest> whatEachClaims() {
    return ServiceLoader.load(Experiment.class).stream()
        .map(ServiceLoader.Provider::get)
        // real images are grey, drawn ones of either kind
        .filter(experiment -> images.isEmpty() || !experiment.inColour())
        .flatMap(
            experiment ->
                experiment.claims().stream().map(claim -> holds(experiment.name(), claim)));
  }

  private DynamicTest holds(String experiment, Claim claim) {
    boolean isOpen = openClaims.stream().anyMatch(claim.text()::endsWith);
    String text = Pattern.quote(claim.text());
    return DynamicTest.dynamicTest(
        experiment + ": " + claim.text(),
        () ->
            assertThat(printed.lines())
                .filteredOn(line -> line.matches(".+? " + experiment + " +" + text))
                .singleElement()
                .asString()
                .as(printed)
                .startsWith(isOpen ? OPEN : HOLDS));
  }

  @Test
  final void variancesAreKeptByTheMatchingInitialiserOnly() throws IOException {
    Map<String, Double> variance = figures("signal-propagation");
    for (String what : List.of("activations", "gradients")) {
      assertThat(variance.get("variance of " + what + ", relu + he_normal")).isBetween(1e-3, 1e3);
      assertThat(variance.get("variance of " + what + ", relu + glorot_normal")).isLessThan(1e-20);
      assertThat(variance.get("variance of " + what + ", selu + he_normal")).isGreaterThan(1e3);
    }
    assertThat(variance.get("variance of activations, selu + lecun_normal"))
        .isCloseTo(1, within(0.3));
  }

  @Test
  final void batchNormHasTheBooksParameters() throws IOException {
    Map<String, Double> figures = figures("batch-norm");
    assertThat(figures)
        .containsEntry("parameters, after the activation", 271_346.0)
        .containsEntry("trainable parameters, after the activation", 268_978.0)
        .containsEntry("parameters that are not trainable, after the activation", 2_368.0);
  }

  private Map<String, Double> figures(String experiment) throws IOException {
    Map<String, Double> values = new HashMap<>();
    for (JsonNode run : new ObjectMapper().readTree(folder.resolve("results.json").toFile())) {
      if (run.get("experiment").asText().equals(experiment)) {
        run.get("figures")
            .forEach(
                figure ->
                    values.put(figure.get("metric").asText(), figure.get("value").asDouble()));
      }
    }
    return values;
  }
}
