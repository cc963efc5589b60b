package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Every step of what PyTorch and others compute; their scripts are named in the data's folder. */
class GoldenSchedulesTest {

  private static final JsonNode GIVEN = read("/golden/schedules.json");

  private record Case(String name, ISchedule schedule, double[] values) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> wide() {
    return bySpec("/golden/schedules-wide.json");
  }

  static List<Case> more() {
    return bySpec("/golden/schedules-more.json");
  }

  private static List<Case> bySpec(String resource) {
    List<Case> cases = new ArrayList<>();
    for (JsonNode node : read(resource).get("cases")) {
      String spec = node.get("spec").asText();
      ISchedule schedule = Plugins.installed().create(ISchedule.class, spec);
      cases.add(
          new Case(node.get("program").asText() + ": " + spec, schedule, array(node, "values")));
    }
    return cases;
  }

  static List<Case> given() {
    List<Case> cases = new ArrayList<>();
    GIVEN
        .fieldNames()
        .forEachRemaining(
            name -> {
              JsonNode arguments = GIVEN.get(name).get("arguments");
              if (name.startsWith("one_cycle")) {
                OneCycle rate = oneCycle(name, arguments);
                cases.add(new Case(name, rate, array(GIVEN.get(name), "lr")));
                ISchedule momentum =
                    rate.momentum(
                        number(arguments, "max_momentum"), number(arguments, "base_momentum"));
                cases.add(
                    new Case(name + " momentum", momentum, array(GIVEN.get(name), "momentum")));
              } else if (!name.startsWith("plateau")) {
                cases.add(new Case(name, schedule(name, arguments), array(GIVEN.get(name), "lr")));
              }
            });
    return cases;
  }

  private static OneCycle oneCycle(String name, JsonNode arguments) {
    return OneCycle.torch(number(arguments, "max_lr"), arguments.get("total_steps").asInt())
        .with(OneCycle.SHAPE, name.contains("cos") ? OneCycle.Shape.COSINE : OneCycle.Shape.LINEAR)
        .with(OneCycle.WARMUP_FRACTION, number(arguments, "pct_start"))
        .with(OneCycle.INITIAL_DIVISOR, number(arguments, "div_factor"))
        .with(OneCycle.FINAL_DIVISOR, number(arguments, "final_div_factor"))
        .with(OneCycle.THREE_PHASE, name.contains("three_phase"));
  }

  private static ISchedule schedule(String name, JsonNode arguments) {
    return switch (name) {
      case "cosine_restarts" ->
          new CosineRestarts(
              number(arguments, "lr"),
              number(arguments, "min_lr"),
              arguments.get("first_period").asInt(),
              number(arguments, "period_mult"));
      case "exponential" -> new Exponential(number(arguments, "lr"), number(arguments, "gamma"), 1);
      case "piecewise_constant" ->
          new PiecewiseConstant(
              StreamSupport.stream(arguments.get("boundaries").spliterator(), false)
                  .map(JsonNode::asInt)
                  .toList(),
              StreamSupport.stream(arguments.get("values").spliterator(), false)
                  .map(JsonNode::asDouble)
                  .toList());
      case "polynomial" ->
          new Polynomial(
              number(arguments, "lr"),
              0,
              arguments.get("total_steps").asInt(),
              number(arguments, "power"));
      default -> throw new IllegalArgumentException("no schedule for golden " + name);
    };
  }

  @ParameterizedTest
  @MethodSource({"given", "wide", "more"})
  void agreesAtEveryStep(Case golden) {
    double[] values = golden.values;
    assertThat(values).hasSizeGreaterThan(30);
    for (int step = 0; step < values.length; step++) {
      assertThat(golden.schedule.valueAt(step, 0))
          .as("%s at step %s", golden, step)
          .isCloseTo(values[step], within(1e-9 * values[step]));
    }
  }

  @Test
  void allFilesAreRead() {
    assertThat(given()).hasSize(12);
    assertThat(wide()).hasSizeGreaterThan(55);
    assertThat(more()).hasSize(56);
  }

  private static double number(JsonNode node, String field) {
    return node.get(field).asDouble();
  }

  private static double[] array(JsonNode node, String field) {
    return StreamSupport.stream(node.get(field).spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static JsonNode read(String resource) {
    try (InputStream in = GoldenSchedulesTest.class.getResourceAsStream(resource)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
