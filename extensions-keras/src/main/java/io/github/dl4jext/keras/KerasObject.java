package io.github.dl4jext.keras;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Keras names by a text, by {@code {"class_name": ..., "config": {...}}}, or (Keras 3) as a
 * function: an activation, an initializer, a penalty, a constraint, a loss, an optimizer.
 *
 * @param name the class or the function, without the package that a user registered it in
 * @param config its arguments; empty if it was named by a text
 */
record KerasObject(String name, KerasFields config) {

  static KerasObject of(String place, @Nullable Object value) {
    if (value instanceof String text) {
      return new KerasObject(text, new KerasFields(place, Map.of()));
    }
    KerasFields fields = KerasFields.of(place, value);
    if (!fields.has("class_name")) { // Keras 1 wrote {"name": ...}, and penalties as {"l2": ...}
      throw new KerasImportException(
          place + " must name a class, was " + KerasFields.shown(fields.values()));
    }
    String name = fields.text("class_name").replaceFirst("^.*>", "");
    Object config = fields.get("config");
    if (config instanceof String function) { // {"class_name": "function", "config": "gelu"}
      return new KerasObject(function, new KerasFields(place, Map.of()));
    }
    return new KerasObject(
        name,
        config == null
            ? new KerasFields(place, new LinkedHashMap<>())
            : KerasFields.of(place + " " + name, config));
  }

  @Override
  public String toString() {
    StringBuilder arguments = new StringBuilder();
    config
        .values()
        .forEach(
            (field, value) -> {
              if (value != null
                  && !field.equals("name")
                  && !field.equals("dtype")
                  && !field.equals("trainable")) {
                arguments
                    .append(arguments.length() == 0 ? "" : ", ")
                    .append(field)
                    .append('=')
                    .append(KerasFields.shown(value));
              }
            });
    return arguments.length() == 0 ? name : name + "(" + arguments + ")";
  }
}
