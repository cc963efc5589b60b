package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.schedule.FixedSchedule;

class PluginsTest {

  private final Plugins plugins = Plugins.installed();

  @Test
  void makesFromASpecWithDefaults() {
    assertThat(plugins.create(Shape.class, "box")).isEqualTo(new Shape.Box(1, 2, Shape.Fill.NONE));
    assertThat(plugins.create(Shape.class, "box(width=3, fill=dotted)"))
        .isEqualTo(new Shape.Box(3, 2, Shape.Fill.DOTTED));
  }

  @Test
  void makesFromANameAndAMapWithNumbersAsText() {
    assertThat(plugins.create(Shape.class, "box", Map.of("width", "2.5", "corners", "100.0")))
        .isEqualTo(new Shape.Box(2.5, 100, Shape.Fill.NONE));
    assertThat(plugins.create(Shape.class, "box", Map.of("corners", 7.0, "fill", Shape.Fill.NONE)))
        .isEqualTo(new Shape.Box(1, 7, Shape.Fill.NONE));
  }

  @Test
  void makesNestedThings() {
    assertThat(plugins.create(Shape.class, "stack(parts=[box(width=3), stack(parts=[box])])"))
        .isEqualTo(
            new Shape.Stack(
                List.of(
                    new Shape.Box(3, 2, Shape.Fill.NONE),
                    new Shape.Stack(
                        List.of(new Shape.Box(1, 2, Shape.Fill.NONE)), new FixedSchedule(0.5))),
                new FixedSchedule(0.5)));
  }

  @Test
  void takesANumberForARate() {
    assertThat(plugins.create(Shape.class, "stack(parts=[box], rate=0.25)"))
        .isEqualTo(
            new Shape.Stack(
                List.of(new Shape.Box(1, 2, Shape.Fill.NONE)), new FixedSchedule(0.25)));
    assertThatThrownBy(() -> plugins.create(Shape.class, "stack(parts=[box], rate=-1)"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "stack: rate must be a number in [0, inf) or an ISchedule or the spec of one, was -1.0");
  }

  @Test
  void findsNamesInAnySpelling() {
    Plugin<Shape> box = plugins.get(Shape.class, "box");
    assertThat(List.of("BOX", "b-o_x", "Cuboid", "dotted-box", "dottedBox"))
        .allSatisfy(name -> assertThat(plugins.get(Shape.class, name)).isSameAs(box));
  }

  @Test
  void anAliasMayFixAnArgument() {
    assertThat(plugins.create(Shape.class, "dotted_box(width=4)"))
        .isEqualTo(new Shape.Box(4, 2, Shape.Fill.DOTTED));
    assertThatThrownBy(() -> plugins.create(Shape.class, "dotted_box(fill=none)"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("box: fill must be left out, as dotted_box means dotted, was \"none\"");
  }

  @Test
  void listsEveryBadArgumentInOneMessage() {
    InvalidArgumentException e =
        catchThrowableOfType(
            InvalidArgumentException.class,
            () -> plugins.create(Shape.class, "box(width=-1, corners=2.5, fill=pink, colour=3)"));
    assertThat(e.problems())
        .containsExactly(
            "box: width must be a number in (0, inf), was -1.0",
            "box: corners must be a whole number in [1, 100], was 2.5",
            "box: fill must be one of none, dotted, was \"pink\"",
            "box: colour must be one of its parameters [width, corners, fill], was 3");
    assertThat(e).hasMessage(String.join(System.lineSeparator(), e.problems()));
  }

  @Test
  void tellsOfMissingArgumentsAndOfNestedBadOnes() {
    assertThatThrownBy(() -> plugins.create(Shape.class, "stack"))
        .hasMessageContaining("stack: parts must be a list")
        .hasMessageEndingWith("was not given");
    assertThatThrownBy(() -> plugins.create(Shape.class, "stack(parts=[box(width=nan)])"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("box: width must be a number in (0, inf), was \"nan\"");
  }

  @Test
  void refusesNotANumberInEveryForm() {
    for (Object bad : new Object[] {Double.NaN, "NaN", "Infinity", 0, -0.0, "", List.of(1)}) {
      assertThatThrownBy(() -> plugins.create(Shape.class, "box", Map.of("width", bad)))
          .as("%s", bad)
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @Test
  void parametersAreFoundInAnySpelling() {
    Shape wide = new Shape.Box(4, 2, Shape.Fill.NONE);
    for (String name : List.of("width", "Width", "WIDTH", "wi_dth", "w-idth")) {
      assertThat(plugins.create(Shape.class, "box", Map.of(name, 4))).isEqualTo(wide);
    }
    assertThat(plugins.create(Shape.class, "box(Width=4)")).isEqualTo(wide);
    assertThatThrownBy(() -> plugins.create(Shape.class, "box(Width=4, width=5)"))
        .hasMessage("box: width must be given once, was given again as 5");
    assertThatThrownBy(() -> plugins.create(Shape.class, "dotted_box(FILL=none)"))
        .hasMessage("box: FILL must be left out, as dotted_box means dotted, was \"none\"");
    assertThatThrownBy(() -> plugins.create(Shape.class, "box(wid=4)"))
        .hasMessageContaining("[width, corners, fill] (did you mean width?), was 4");
  }

  @Test
  void theOnlyRequiredParameterNeedsNoName() {
    Shape stack = plugins.create(Shape.class, "stack(parts=[box], rate=0.5)");
    assertThat(plugins.create(Shape.class, "stack([box], rate=0.5)")).isEqualTo(stack);
    assertThatThrownBy(() -> plugins.create(Shape.class, "box(4)"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "box: the first argument must be given by name, as one of [width, corners, fill],"
                + " was 4");
    assertThatThrownBy(() -> plugins.create(Shape.class, "stack([box], parts=[box])"))
        .hasMessageContaining("stack: parts must be given once");
  }

  @Test
  void aNestedSpecThatFailsHidesNothing() {
    assertThatThrownBy(() -> plugins.create(Shape.class, "stack(parts=[box(], rate=abc, x=1)"))
        .isInstanceOf(MalformedSpecException.class);
    for (String bad : List.of("abc", "'a(b'", "1d", "0x1p3")) {
      assertThatThrownBy(() -> plugins.create(Shape.class, "stack(rate=" + bad + ", x=1)"))
          .isInstanceOfSatisfying(
              InvalidArgumentException.class,
              e ->
                  assertThat(e.problems())
                      .hasSize(3)
                      .anyMatch(p -> p.startsWith("stack: parts must be "))
                      .anyMatch(p -> p.startsWith("stack: rate must be a number in [0, inf) or"))
                      .anyMatch(p -> p.startsWith("stack: x must be ")));
    }
  }

  @Test
  void messagesFitOnAScreenWhateverIsGiven() {
    String long10 = "x".repeat(10_000_000);
    List<Object> cyclic = new ArrayList<>();
    cyclic.add(cyclic);
    Map<String, Object> itself = new HashMap<>();
    itself.put("itself", itself);
    List<Object> deep = List.of();
    for (int i = 0; i < 10_000; i++) {
      deep = List.of(deep);
    }
    Map<String, Object> many = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      many.put("unknown" + i, i);
    }
    for (Object odd :
        List.of(
            long10,
            "1".repeat(10_000_000),
            cyclic,
            itself,
            deep,
            Collections.nCopies(1_000_000, "x"),
            BigInteger.ONE.shiftLeft(10_000_000),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE + 1),
            new byte[1_000_000])) {
      for (String name : List.of("width", "corners", "fill", "colour")) {
        assertRefusedOnAScreen("box", Map.of(name, odd));
      }
      assertRefusedOnAScreen("stack", Map.of("parts", odd, "rate", odd));
      assertRefusedOnAScreen("stack", Map.of("parts", List.of(odd), "rate", odd));
    }
    assertRefusedOnAScreen("box", many);
    assertRefusedOnAScreen("box", Map.of(long10, 1));
    assertRefusedOnAScreen(long10, Map.of());
    for (String spec :
        List.of(
            long10,
            "box(width=" + "1".repeat(99_000) + "x)",
            "box(width=" + "1".repeat(99_000) + ")",
            "box(" + "y".repeat(99_000) + "=1)",
            "box(fill='" + "y".repeat(99_000) + "')",
            "box" + "(".repeat(99_000),
            "x".repeat(99_000))) {
      assertThatThrownBy(() -> plugins.create(Shape.class, spec))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage().length()).isLessThanOrEqualTo(2000));
    }
  }

  private void assertRefusedOnAScreen(String name, Map<String, Object> arguments) {
    assertThatThrownBy(() -> plugins.create(Shape.class, name, arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThanOrEqualTo(2000));
  }

  @Test
  void unknownNamesAreAnsweredWithTheNearest() {
    assertThatThrownBy(() -> plugins.create(Shape.class, "bax"))
        .isInstanceOf(UnknownPluginException.class)
        .hasMessage("no Shape is named \"bax\"; did you mean box? All names: box, stack");
    assertThatThrownBy(() -> plugins.get(IActivation.class, "mish"))
        .isInstanceOf(UnknownPluginException.class)
        .hasMessage(
            "no IActivation is named \"mish\"; all names: none; this kind is made by"
                + " io.github.dl4jext:extensions-activations, which is not on the class path");
  }

  @Test
  void listsPluginsSortedByName() {
    assertThat(plugins.of(Shape.class)).extracting(Plugin::name).containsExactly("box", "stack");
    assertThat(plugins.all()).containsAll(plugins.of(Shape.class));
    assertThat(plugins.of(Thread.class)).isEmpty();
  }

  @Test
  void refusesNull() {
    assertThatThrownBy(() -> plugins.get(null, "box")).hasMessageContaining("kind");
    assertThatThrownBy(() -> plugins.get(Shape.class, null)).hasMessageContaining("name");
    assertThatThrownBy(() -> plugins.create(Shape.class, null)).hasMessageContaining("spec");
    assertThatThrownBy(() -> plugins.create(Shape.class, "box", null))
        .hasMessageContaining("arguments");
    assertThatThrownBy(() -> Plugins.load(null)).hasMessageContaining("class loader");
  }

  @Test
  void findsAJarOnAnotherClassLoader(@TempDir Path folder) throws IOException {
    Path jar = PluginJar.jar(folder, "one", "One", PluginJar.plugin("One", "one", ""));
    try (URLClassLoader loader = PluginJar.loader(jar)) {
      assertThat(Plugins.load(loader).create(Runnable.class, "one")).isNotNull();
      assertThat(Plugins.load(loader).of(Shape.class)).as("merged with our own").hasSize(2);
      assertThat(Plugins.installed().of(Runnable.class)).as("elsewhere").isEmpty();

      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      try {
        assertThat(Plugins.installed().of(Runnable.class)).hasSize(1);
        thread.setContextClassLoader(null);
        assertThat(Plugins.installed().of(Shape.class)).hasSize(2);
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  @Test
  void refusesTwoJarsWithTheSameName(@TempDir Path folder) throws IOException {
    Path a = PluginJar.jar(folder, "a", "A", PluginJar.plugin("A", "same_name", ""));
    Path b = PluginJar.jar(folder, "b", "B", PluginJar.plugin("B", "SameName", ""));
    try (URLClassLoader loader = PluginJar.loader(a, b)) {
      assertThatThrownBy(() -> Plugins.load(loader))
          .isInstanceOf(DuplicatePluginException.class)
          .hasMessageContainingAll("a Runnable", "jars.A", "jars.B", "a.jar", "b.jar");
    }
  }

  @Test
  void namesAProviderThatThrows(@TempDir Path folder) throws IOException {
    String throwing = "public Bad() { throw new IllegalStateException(\"no licence\"); }";
    Path jar = PluginJar.jar(folder, "bad", "Bad", PluginJar.plugin("Bad", "bad", throwing));
    assertRefused(jar, "jars.Bad", "bad.jar", "no licence");
  }

  @Test
  void namesAProviderThatIsMissing(@TempDir Path folder) throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(
        PluginJar.jar(folder.resolve("gone.jar"), empty, "jars.Gone"), "jars.Gone", "not found");
  }

  @Test
  void namesAProviderThatBreaksTheContract(@TempDir Path folder) throws IOException {
    String noName = PluginJar.plugin("Nameless", "", "");
    assertRefused(
        PluginJar.jar(folder, "nameless", "Nameless", noName),
        "jars.Nameless",
        "name() must be letters, digits and _");
    String noKind = PluginJar.plugin("Kind", "k", "").replace("Runnable.class", "null");
    assertRefused(
        PluginJar.jar(folder, "kind", "Kind", noKind), "jars.Kind", "kind() must not be null");
  }

  private static void assertRefused(Path jar, String... parts) throws IOException {
    try (URLClassLoader loader = PluginJar.loader(jar)) {
      assertThatThrownBy(() -> Plugins.load(loader))
          .isInstanceOf(PluginLoadException.class)
          .hasMessageContainingAll(parts);
    }
  }

  @Test
  void loadsOncePerClassLoaderAlsoFromManyThreads(@TempDir Path folder) throws Exception {
    Path jar = PluginJar.jar(folder, "one", "One", PluginJar.plugin("One", "one", ""));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (URLClassLoader loader = PluginJar.loader(jar)) {
      Set<Plugins> seen = new HashSet<>();
      List<Callable<Plugins>> tasks = java.util.Collections.nCopies(64, () -> Plugins.load(loader));
      for (Future<Plugins> future : threads.invokeAll(tasks)) {
        seen.add(future.get());
      }
      assertThat(seen).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void namesAPluginThatMakesTheWrongThing(@TempDir Path folder) throws IOException {
    String makesNull = PluginJar.plugin("Nothing", "nothing", "").replace("() -> {}", "null");
    Path jar = PluginJar.jar(folder, "nothing", "Nothing", makesNull);
    try (URLClassLoader loader = PluginJar.loader(jar)) {
      assertThatThrownBy(() -> Plugins.load(loader).create(Runnable.class, "nothing"))
          .isInstanceOf(PluginLoadException.class)
          .hasMessageContainingAll("jars.Nothing", "must create", "created null");
    }
  }
}
