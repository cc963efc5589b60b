package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * Tests what every plugin must do, whatever its kind: it is found by its name, describes itself,
 * and refuses bad arguments with a message that names them; the text of what it makes shows the
 * arguments. Kinds that DL4J saves with the model (activations, schedules, constraints and others)
 * must satisfy {@link StoredPluginContract}, which extends this class; a test of this class fails
 * if one of them does not use it.
 *
 * @param <T> the kind, which is the type that the plugin makes
 */
public abstract class PluginContract<T> {

  /**
   * Returns the kind under test.
   *
   * @return the type that the plugin makes
   */
  protected abstract Class<T> kind();

  /**
   * Returns the technique under test, such as {@code "snake(alpha=0.7)"}. Give arguments other than
   * the defaults, so that the loss of one is noticed.
   *
   * @return a spec as {@link Plugins} reads it
   */
  protected abstract String spec();

  /**
   * Returns specs of the same plugin with other arguments: at least one for each parameter, which
   * differs from {@link #spec()} in that parameter only.
   *
   * @return the specs; none, unless overridden, for a plugin without parameters
   */
  protected List<String> otherSpecs() {
    return List.of();
  }

  /**
   * Makes a new instance of the technique under test.
   *
   * @return what {@link #spec()} makes
   */
  protected final T create() {
    return Plugins.installed().create(kind(), spec());
  }

  /**
   * Finds the plugin under test.
   *
   * @return the plugin named in {@link #spec()}
   */
  protected final Plugin<T> plugin() {
    return Plugins.installed().get(kind(), spec().split("\\(")[0].trim());
  }

  @Test
  final void isFoundByNameInAnySpelling() {
    Plugins plugins = Plugins.installed();
    Plugin<T> plugin = plugin();
    List<String> names = new ArrayList<>(plugin.aliases());
    names.add(plugin.name());
    for (String name : names) {
      assertThat(plugins.get(kind(), name)).isSameAs(plugin);
      assertThat(plugins.get(kind(), name.toUpperCase(Locale.ROOT))).isSameAs(plugin);
      assertThat(plugins.get(kind(), name.replace('_', '-'))).isSameAs(plugin);
      assertThat(plugins.get(kind(), name.replace("_", ""))).isSameAs(plugin);
    }
    assertThat(plugin.name()).as("a name is in snake_case").matches("[a-z][a-z0-9_]*");
    assertThat(plugins.of(kind())).contains(plugin);
  }

  @Test
  final void describesItself() {
    Plugin<T> plugin = plugin();
    assertThat(plugin.kind()).isEqualTo(kind());
    assertThat(plugin.summary()).isNotBlank().doesNotContain("\n");
    assertThat(plugin.reference().isAbsolute()).as("%s", plugin.reference()).isTrue();
    assertThat(plugin.parameters())
        .allSatisfy(parameter -> assertThat(parameter.doc()).as(parameter.name()).isNotBlank());
  }

  @Test
  final void isMadeByAProviderThatServiceLoaderCanUse() {
    Class<?> provider = plugin().getClass();
    assertThat(provider).isPublic().isFinal();
    assertThat(provider.getEnclosingClass() == null || Modifier.isStatic(provider.getModifiers()))
        .as("%s is static, as it is nested", provider.getName())
        .isTrue();
    assertThat(provider.getConstructors())
        .as("%s has one public constructor, without arguments", provider.getName())
        .singleElement()
        .satisfies(constructor -> assertThat(constructor.getParameterCount()).isZero());
  }

  @Test
  final void takesItsDefaultsWhenNothingElseIsGiven() {
    Plugin<T> plugin = plugin();
    if (plugin.parameters().stream().allMatch(p -> p.defaultValue().isPresent())) {
      Map<String, Object> defaults = new HashMap<>();
      plugin.parameters().forEach(p -> defaults.put(p.name(), p.defaultValue().orElseThrow()));
      assertAlike(
          Plugins.installed().create(kind(), plugin.name()),
          Plugins.installed().create(kind(), plugin.name(), defaults));
    } else {
      assertThatThrownBy(() -> Plugins.installed().create(kind(), plugin.name()))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("was not given");
    }
  }

  @Test
  final void listsEveryBadArgument() {
    Plugin<T> plugin = plugin();
    Map<String, Object> bad = new HashMap<>();
    plugin.parameters().forEach(parameter -> bad.put(parameter.name(), new Object()));
    bad.put("noSuchParameter", 1);
    assertThatThrownBy(() -> Plugins.installed().create(kind(), plugin.name(), bad))
        .isInstanceOfSatisfying(
            InvalidArgumentException.class,
            e ->
                assertThat(bad.keySet())
                    .allSatisfy(
                        name ->
                            assertThat(e.problems())
                                .anyMatch(
                                    problem ->
                                        problem.startsWith(
                                            plugin.name() + ": " + name + " must be "))));
  }

  @Test
  final void tellsOfEachErrorInTheSameWordsByEachRoute() {
    String name = plugin().name();
    for (ErrorInput row : ErrorInput.of(plugin())) {
      Map<String, Object> bad = Collections.singletonMap(row.parameter(), row.value());
      String line = theLine(row, () -> Plugins.installed().create(kind(), name, bad));
      row.inSpec()
          .map(argument -> name + "(" + argument + ")")
          .ifPresent(
              spec ->
                  assertThat(theLine(row, () -> Plugins.installed().create(kind(), spec)))
                      .as(spec)
                      .isEqualTo(line));
    }
  }

  /** Returns the one line that reports a mistake; other lines may report what else is missing. */
  private String theLine(ErrorInput row, ThrowingCallable making) {
    InvalidArgumentException refused = catchThrowableOfType(InvalidArgumentException.class, making);
    assertThat(refused).as("%s", row).isNotNull();
    assertThat(String.valueOf(refused.getMessage())).hasSizeLessThanOrEqualTo(2000);
    List<String> lines =
        refused.problems().stream()
            .filter(line -> line.startsWith(plugin().name() + ": " + row.parameter() + " must be "))
            .toList();
    assertThat(lines).as("%s", row).singleElement().matches(row::isToldBy, row.toString());
    return lines.get(0);
  }

  @Test
  final void takesItsParametersInAnySpelling() {
    for (Parameter<?> parameter : plugin().parameters()) {
      String snakeCase = parameter.name().replaceAll("([A-Z])", "_$1");
      for (String spelling : List.of(snakeCase, snakeCase.toUpperCase(Locale.ROOT))) {
        Map<String, Object> bad = Map.of(spelling, new Object());
        assertThatThrownBy(() -> Plugins.installed().create(kind(), plugin().name(), bad))
            .hasMessageContaining(plugin().name() + ": " + parameter.name() + " must be ");
      }
    }
  }

  @Test
  final void showsItsArguments() {
    T one = create();
    assertThat(one.toString())
        .startsWith(one.getClass().getSimpleName())
        .isEqualTo(create().toString());
    assertThat(otherSpecs())
        .as("otherSpecs() has one spec or more for each parameter of %s", plugin().parameters())
        .hasSizeGreaterThanOrEqualTo(plugin().parameters().size());
    for (String spec : otherSpecs()) {
      T other = Plugins.installed().create(kind(), spec);
      assertThat(other).as(spec).hasSameClassAs(one);
      assertThat(other.toString()).as(spec).isNotEqualTo(one.toString());
    }
  }

  @Test
  final void isHeldToTheContractOfItsKind() {
    if (kind().isAnnotationPresent(JsonTypeInfo.class)) {
      assertThat(this)
          .as("a %s is saved with the model", kind().getSimpleName())
          .isInstanceOf(StoredPluginContract.class);
    }
  }

  /** Asserts that two instances that were made from the same arguments are alike. */
  void assertAlike(T one, T other) {
    assertThat(one).hasSameClassAs(other).hasToString(other.toString());
  }
}
