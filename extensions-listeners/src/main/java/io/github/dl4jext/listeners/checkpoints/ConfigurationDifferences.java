package io.github.dl4jext.listeners.checkpoints;

import io.github.dl4jext.network.NetworkConfiguration.SetByTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.JsonNodeFactory;
import org.nd4j.shade.jackson.databind.node.NullNode;

/** Finds the differences between two configurations of networks. */
final class ConfigurationDifferences {

  /** Training changes these fields itself, for example when a plateau lowers rates. */
  private static final Set<String> MOVING =
      Set.of("iterationCount", "epochCount", "learningRate", "learningRateSchedule");

  private static final int AT_MOST = 8;

  private final List<String> found = new ArrayList<>();

  private ConfigurationDifferences() {}

  /** Lists the differences as "where was ..., is ..."; empty if there is none. */
  static List<String> between(String before, String now) {
    ObjectMapper json = new ObjectMapper();
    ConfigurationDifferences all = new ConfigurationDifferences();
    try {
      all.compare("", json.readTree(before), json.readTree(now));
    } catch (IOException e) {
      throw new UncheckedIOException("a configuration that DL4J has written must be JSON", e);
    }
    int more = all.found.size() - AT_MOST;
    if (more > 0) {
      all.found.subList(AT_MOST, all.found.size()).clear();
      all.found.add("and " + more + " more");
    }
    return all.found;
  }

  private void compare(String where, JsonNode before, JsonNode now) {
    if (before.isObject() && now.isObject()) {
      Set<String> names = new TreeSet<>();
      before.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      names.removeAll(MOVING);
      for (String name : names) {
        compare(
            where.isEmpty() ? name : where + "." + name,
            configured(before.path(name)),
            configured(now.path(name)));
      }
    } else if (before.isArray() && now.isArray() && before.size() == now.size()) {
      Iterator<JsonNode> other = now.iterator();
      int i = 0;
      for (JsonNode one : before) {
        compare(where + "[" + i++ + "]", one, other.next());
      }
    } else if (!before.equals(now)) {
      found.add(where + " was " + shown(before) + ", is " + shown(now));
    }
  }

  /**
   * Returns a list without the elements that training has put into it; null if there are no others.
   */
  private static JsonNode configured(JsonNode list) {
    if (!list.isArray()) {
      return list;
    }
    ArrayNode rest = JsonNodeFactory.instance.arrayNode();
    list.forEach(
        element -> {
          if (!isSetByTraining(element.path("@class").asText())) {
            rest.add(element);
          }
        });
    return rest.isEmpty() && !list.isEmpty() ? NullNode.instance : rest;
  }

  private static boolean isSetByTraining(String name) {
    try {
      return !name.isEmpty()
          && SetByTraining.class.isAssignableFrom(
              Class.forName(name, false, Thread.currentThread().getContextClassLoader()));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "not there" : node.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
