package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.MalformedSpecException;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.spi.UnknownPluginException;
import io.github.dl4jext.testkit.ErrorInput;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.util.Throwables;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * The table of errors: for every plugin there is, what each of its parameters cannot be, and what
 * is said then. A mistake is told in the same words whether it came by a map, a spec or a
 * constructor. JSON is held to the table by each plugin's contract; here it is changed at random.
 */
class ErrorTableTest {

  private static final Plugins PLUGINS = Plugins.installed();
  private static final ObjectMapper MAPPER = NeuralNetConfiguration.mapper();

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ErrorTableTest.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  /** What a plugin can be made of; two kinds may have one of the same name. */
  private static Map<Plugin<?>, String> specs() throws IOException {
    Map<String, String> given = new HashMap<>();
    lines("/models/arguments.txt").forEach(spec -> given.put(spec.split("\\(")[0], spec));
    Map<Plugin<?>, String> specs = new HashMap<>();
    for (Plugin<?> plugin : PLUGINS.all()) {
      String spec = SavedModel.spec(plugin, given);
      boolean needsRate =
          spec.equals(plugin.name())
              && catchThrowable(() -> PLUGINS.create(plugin.kind(), spec)) != null;
      specs.put(plugin, needsRate ? spec + "(learningRate=0.01)" : spec);
    }
    return specs;
  }

  private static List<String> problems(ThrowingCallable making, Object of) {
    InvalidArgumentException refused = catchThrowableOfType(InvalidArgumentException.class, making);
    assertThat(refused).as("%s", of).isNotNull();
    assertThat(refused.getMessage().length()).isLessThanOrEqualTo(2000);
    return refused.problems();
  }

  @Test
  void everyRowIsToldInTheSameWordsByEachRoute() throws IOException {
    int rows = 0;
    Map<Plugin<?>, String> specs = specs();
    for (Plugin<?> plugin : PLUGINS.all()) {
      String spec = specs.get(plugin);
      Object made =
          catchThrowable(() -> PLUGINS.create(plugin.kind(), spec)) == null
              ? PLUGINS.create(plugin.kind(), spec)
              : null;
      for (ErrorInput row : ErrorInput.of(plugin)) {
        rows++;
        Map<String, Object> bad = Collections.singletonMap(row.parameter(), row.value());
        String line =
            theLine(row, problems(() -> PLUGINS.create(plugin.kind(), plugin.name(), bad), row));
        row.inSpec()
            .map(argument -> plugin.name() + "(" + argument + ")")
            .ifPresent(
                text ->
                    assertThat(
                            theLine(row, problems(() -> PLUGINS.create(plugin.kind(), text), text)))
                        .isEqualTo(line));
        if (made != null) {
          byConstructor(made, row, plugin)
              .forEach(
                  making ->
                      assertThat(problems(making, row))
                          .filteredOn(told -> told.startsWith(beginning(line)))
                          .containsExactly(line));
        }
      }
    }
    assertThat(rows).isGreaterThan(1000);
  }

  private static String beginning(String line) {
    return line.substring(0, line.indexOf(" must be "));
  }

  private static String theLine(ErrorInput row, List<String> problems) {
    List<String> lines = problems.stream().filter(row::isToldBy).toList();
    assertThat(lines).as("%s in %s", row, problems).hasSize(1);
    return lines.get(0);
  }

  /**
   * The row's value by the canonical constructor of a record, or by an optimizer's {@code with}.
   */
  private static Stream<ThrowingCallable> byConstructor(
      Object made, ErrorInput row, Plugin<?> plugin) {
    if (made instanceof Record) {
      RecordComponent[] components = made.getClass().getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return Arrays.stream(components)
          .filter(component -> component.getName().equals(row.parameter()))
          .filter(component -> isA(component.getType(), row.value()))
          .map(
              component ->
                  () ->
                      call(
                          () -> {
                            Object[] values = new Object[components.length];
                            for (int i = 0; i < values.length; i++) {
                              values[i] =
                                  components[i].equals(component)
                                      ? as(components[i].getType(), row.value())
                                      : components[i].getAccessor().invoke(made);
                            }
                            made.getClass().getDeclaredConstructor(types).newInstance(values);
                          }));
    }
    if (made instanceof Optimizer) {
      Parameter<?> parameter =
          plugin.parameters().stream()
              .filter(p -> p.name().equals(row.parameter()))
              .findFirst()
              .orElse(null);
      if (parameter != null && isA(parameter.type(), row.value())) {
        return Stream.of(
            () ->
                call(
                    () -> {
                      Method with =
                          made.getClass().getMethod("with", Parameter.class, Object.class);
                      with.setAccessible(true); // declared by a package-private class
                      with.invoke(made, parameter, as(parameter.type(), row.value()));
                    }));
      }
    }
    return Stream.empty();
  }

  private static boolean isA(Class<?> type, @Nullable Object value) {
    return value == null
        ? !type.isPrimitive()
        : value instanceof Double number
            && (type == double.class
                || type == Double.class
                || type == ISchedule.class
                || (type == int.class || type == Integer.class) && number.intValue() == number);
  }

  private static @Nullable Object as(Class<?> type, @Nullable Object value) {
    if (!(value instanceof Double number)) {
      return value;
    }
    return type == ISchedule.class
        ? new FixedSchedule(number)
        : type == int.class || type == Integer.class ? (Object) number.intValue() : number;
  }

  private interface Reflection {
    void call() throws ReflectiveOperationException;
  }

  private static void call(Reflection reflection) throws Throwable {
    try {
      reflection.call();
    } catch (InvocationTargetException refused) {
      throw refused.getCause();
    }
  }

  @Test
  void rulesBetweenParametersAreToldOnce() throws IOException {
    for (String line : lines("/errors.txt")) {
      String[] row = line.split(" \\| ");
      Class<?> kind =
          PLUGINS.all().stream()
              .<Class<?>>map(Plugin::kind)
              .filter(k -> k.getSimpleName().equals(row[0]))
              .findFirst()
              .orElseThrow();
      assertThat(problems(() -> PLUGINS.create(kind, row[1]), line))
          .as(line)
          .singleElement()
          .asString()
          .startsWith(row[2]);
    }
  }

  private static String oneOf(Random random, String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private static String randomSpec(Random random, Plugin<?> plugin, int depth) {
    StringBuilder spec = new StringBuilder(random.nextInt(20) == 0 ? "no_such" : plugin.name());
    spec.append(oneOf(random, "(", "(", "(", "", "[", "("));
    for (int i = random.nextInt(4); i > 0; i--) {
      if (!plugin.parameters().isEmpty() && random.nextInt(8) > 0) {
        int any = random.nextInt(plugin.parameters().size());
        spec.append(plugin.parameters().get(any).name()).append(oneOf(random, "=", "=", "=", ""));
      }
      spec.append(
          depth < 3 && random.nextInt(4) == 0
              ? randomSpec(
                  random, PLUGINS.all().get(random.nextInt(PLUGINS.all().size())), depth + 1)
              : oneOf(
                  random,
                  "0.1",
                  "-1",
                  "1e300",
                  "1e-45",
                  "NaN",
                  "5",
                  "true",
                  "abc",
                  "[1, 2]",
                  "''",
                  "1d",
                  "[]",
                  "[[[",
                  "\"",
                  "9".repeat(1 << random.nextInt(16)),
                  "é\n\0",
                  "'"));
      spec.append(oneOf(random, ", ", ",", ", ", ")", ";"));
    }
    return spec.append(oneOf(random, ")", ")", ")", "", "))")).toString();
  }

  @Test
  void randomSpecsAreMadeOrRefusedInADocumentedWay() {
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      Plugin<?> plugin = PLUGINS.all().get(random.nextInt(PLUGINS.all().size()));
      if (plugin.parameters().stream().anyMatch(ErrorTableTest::isFile)) {
        continue; // writes files
      }
      String spec = randomSpec(random, plugin, 0);
      Throwable problem = catchThrowable(() -> PLUGINS.create(plugin.kind(), spec));
      if (problem != null) {
        refused++;
        assertThat(problem)
            .as(spec)
            .isInstanceOfAny(
                InvalidArgumentException.class,
                MalformedSpecException.class,
                UnknownPluginException.class);
        assertThat(problem.getMessage().length()).as(spec).isLessThanOrEqualTo(2000);
      }
    }
    assertThat(refused).isBetween(10_000, 19_999);
  }

  private static boolean isFile(Parameter<?> parameter) {
    return parameter.type() == String.class;
  }

  /** All that is stored of all plugins, by the type by which DL4J reads it. */
  private static Map<String, Class<?>> stored() throws IOException {
    Map<String, Class<?>> stored = new LinkedHashMap<>();
    Map<Plugin<?>, String> specs = specs();
    for (Plugin<?> plugin : PLUGINS.all()) {
      if (SavedModel.KINDS.contains(plugin.kind())) {
        Object made = PLUGINS.create(plugin.kind(), specs.get(plugin));
        if (made instanceof Optimizer optimizer) {
          stored.put(MAPPER.writeValueAsString(optimizer.updater()), IUpdater.class);
        } else {
          stored.put(MAPPER.writeValueAsString(made), plugin.kind());
        }
      }
    }
    return stored;
  }

  @Test
  void changedJsonIsReadOrRefusedInADocumentedWay() throws IOException {
    Random random = new Random(6);
    Map<String, Class<?>> stored = stored();
    List<String> texts = List.copyOf(stored.keySet());
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      String original = texts.get(random.nextInt(texts.size()));
      String json =
          random.nextBoolean() ? withAField(original, random) : withACharacter(original, random);
      Throwable problem = catchThrowable(() -> MAPPER.readValue(json, stored.get(original)));
      if (problem != null) {
        refused++;
        assertThat(problem)
            .as(json)
            .isInstanceOfAny(JsonProcessingException.class, IllegalArgumentException.class);
        Throwable root = Throwables.getRootCause(problem);
        if (root instanceof InvalidArgumentException) {
          assertThat(root.getMessage().length()).as(json).isLessThanOrEqualTo(2000);
        }
      }
    }
    assertThat(refused).isBetween(5000, 9999);
  }

  private static String withAField(String json, Random random) throws JsonProcessingException {
    ObjectNode tree = (ObjectNode) MAPPER.readTree(json);
    List<String> names = new ArrayList<>();
    tree.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    String value =
        oneOf(
            random,
            "null",
            "\"\"",
            "true",
            "-1",
            "1e300",
            "2.5",
            "\"0.5\"",
            "[]",
            "{}",
            "[[1]]",
            "{\"@class\":\"java.util.HashMap\"}",
            "[".repeat(5000) + "]".repeat(5000));
    return tree.toString().replaceFirst("(\"" + name + "\":)[^,}]*", "$1" + value);
  }

  private static String withACharacter(String json, Random random) {
    int at = random.nextInt(json.length());
    String inserted = oneOf(random, "", "0", "x", "\"", "{", "}", ",", "-", "\u0000");
    return json.substring(0, at) + inserted + json.substring(at + random.nextInt(2));
  }
}
