package io.github.dl4jext.schedules;

import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.util.Locale;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.databind.BeanProperty;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.deser.ContextualDeserializer;

/** Reads a count of steps; left to itself, the mapper takes 2.5 for 2 without a word. */
final class WholeNumber extends JsonDeserializer<Integer> implements ContextualDeserializer {

  private final String plugin;
  private final String parameter;

  /** For the mapper, which asks for the one of a property next. */
  WholeNumber() {
    this("a schedule", "a number");
  }

  private WholeNumber(String plugin, String parameter) {
    this.plugin = plugin;
    this.parameter = parameter;
  }

  @Override
  public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty of) {
    String schedule = of.getMember().getDeclaringClass().getSimpleName();
    String snakeCase = schedule.replaceAll("(?<!^)(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    return new WholeNumber(snakeCase, of.getName());
  }

  @Override
  public Integer deserialize(JsonParser json, DeserializationContext context) throws IOException {
    double value = json.getValueAsDouble(Double.NaN);
    int whole = (int) value;
    Checks.of(plugin)
        .that(whole == value, parameter, "a whole number that an int can hold", json.getText())
        .done();
    return whole;
  }
}
