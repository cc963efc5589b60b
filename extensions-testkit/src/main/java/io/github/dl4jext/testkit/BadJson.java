package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import org.assertj.core.util.Throwables;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Changes the JSON of a stored object, field by field, into JSON that it must refuse. What the
 * plugin takes is in the fields of the object, or of {@code arguments} in it, beside fields that
 * DL4J gives all of the kind.
 */
final class BadJson {

  private BadJson() {}

  /**
   * Holds what is stored of a plugin, or a part of it, against the plugin's table of errors.
   *
   * @param host the type by which DL4J reads it
   */
  static void assertRefused(Plugin<?> plugin, Class<?> host, Object stored)
      throws JsonProcessingException {
    if (stored.getClass().getName().startsWith("org.nd4j.")) {
      return; // a class of ND4J's own, as constant makes, is read as ND4J likes
    }
    ObjectMapper mapper = StoredPluginContract.mapper();
    ObjectNode json = (ObjectNode) mapper.readTree(mapper.writeValueAsString(stored));
    assertThat(mapper.readValue(json.toString(), host)).isEqualTo(stored);
    for (ErrorInput row : ErrorInput.of(plugin)) {
      boolean unknown =
          plugin.parameters().stream().noneMatch(p -> p.name().equals(row.parameter()));
      if (row.inJson() && (unknown || fields(json).has(row.parameter()))) {
        ObjectNode changed = json.deepCopy();
        fields(changed).set(row.parameter(), mapper.valueToTree(row.value()));
        assertThat(problems(mapper, changed.toString(), host))
            .as(changed.toString())
            .singleElement()
            .matches(unknown ? line -> line.contains("noSuchParameter") : row::isToldBy);
      }
    }
    ObjectNode more = json.deepCopy().put("noSuchParameter", 1);
    assertThat(problems(mapper, more.toString(), host))
        .singleElement()
        .matches(line -> line.contains("noSuchParameter"));
    for (Parameter<?> parameter : plugin.parameters()) {
      if (fields(json).has(parameter.name())) {
        assertLosesNoField(mapper, json, parameter, host);
      }
    }
  }

  /** The object whose fields are the plugin's parameters. */
  private static ObjectNode fields(ObjectNode json) {
    return json.get("arguments") instanceof ObjectNode own ? own : json;
  }

  private static void assertLosesNoField(
      ObjectMapper mapper, ObjectNode json, Parameter<?> parameter, Class<?> host) {
    ObjectNode without = json.deepCopy();
    fields(without).remove(parameter.name());
    if (!parameter.otherwise().equals("optional") || !readsBack(mapper, without, host)) {
      assertThat(problems(mapper, without.toString(), host))
          .as(without.toString())
          .singleElement()
          .asString()
          .contains(": " + parameter.name() + " must be ")
          .endsWith("was not given");
    }
    String twice = json.toString().replaceFirst("\"" + parameter.name() + "\":", "$0 1, $0");
    assertThatThrownBy(() -> mapper.readValue(twice, host))
        .as(twice)
        .hasMessageContaining(parameter.name());
    JsonNode value = fields(json).get(parameter.name());
    if (value.isNumber() || value.isBoolean()) {
      ObjectNode text = json.deepCopy();
      fields(text).put(parameter.name(), value.asText());
      assertThat(problems(mapper, text.toString(), host)).as(text.toString()).hasSize(1);
    }
  }

  /** What may be empty is left out of the JSON of arguments, and so may be missing there. */
  private static boolean readsBack(ObjectMapper mapper, ObjectNode without, Class<?> host) {
    try {
      Object read = mapper.readValue(without.toString(), host);
      return mapper.readTree(mapper.writeValueAsString(read)).equals(without);
    } catch (JsonProcessingException refused) {
      return false;
    }
  }

  private static List<String> problems(ObjectMapper mapper, String json, Class<?> host) {
    Throwable refused = catchThrowable(() -> mapper.readValue(json, host));
    assertThat(refused).as(json).isNotNull();
    assertThat(Throwables.getRootCause(refused))
        .as(json)
        .isInstanceOf(InvalidArgumentException.class);
    return ((InvalidArgumentException) Throwables.getRootCause(refused)).problems();
  }
}
