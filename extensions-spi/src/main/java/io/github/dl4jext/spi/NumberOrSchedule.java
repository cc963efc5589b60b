package io.github.dl4jext.spi;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JacksonAnnotationsInside;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonParseException;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.SerializerProvider;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;
import org.nd4j.shade.jackson.databind.jsontype.TypeDeserializer;
import org.nd4j.shade.jackson.databind.jsontype.TypeSerializer;

/**
 * A hyperparameter that may be a number or a schedule. It is kept as a schedule. A number becomes a
 * schedule that never changes, and is written to JSON and to text as a number.
 *
 * <pre>{@code
 * private static final Parameter<ISchedule> RATE =
 *     Parameter.rate("rate").in("[0, 1)").doc("share dropped");
 *
 * @NumberOrSchedule.Json private final ISchedule rate;
 *
 * @JsonCreator
 * public Snow(@JsonProperty(value = "rate", required = true) @NumberOrSchedule.Json ISchedule rate) {
 *   Checks.of("snow").check(RATE, rate).done();
 *   this.rate = rate;
 * }
 * }</pre>
 */
public final class NumberOrSchedule {

  private NumberOrSchedule() {}

  /**
   * The value at a step. What a schedule gives is checked against the range.
   *
   * @param plugin the name of the plugin that takes the parameter, for the message
   * @param parameter states the range
   * @param rate the number or schedule
   * @param iteration the iteration, from 0
   * @param epoch the epoch, from 0
   * @return a value within the range
   * @throws IllegalStateException if the schedule gave a value outside the range
   */
  public static double at(
      String plugin, Parameter<ISchedule> parameter, ISchedule rate, int iteration, int epoch) {
    double value = rate.valueAt(iteration, epoch);
    if (!(rate instanceof FixedSchedule) && !parameter.accepts(new FixedSchedule(value))) {
      throw new IllegalStateException(
          "%s: %s must be %s, but its schedule gave %s at iteration %d of epoch %d: %s"
              .formatted(
                  plugin,
                  parameter.name(),
                  parameter.rule(),
                  value,
                  iteration,
                  epoch,
                  Shown.value(rate)));
    }
    return value;
  }

  /**
   * What to show in text: the number if it is one, else the schedule.
   *
   * @param rate the number or schedule
   * @return a {@code Double} or the schedule
   */
  public static Object shown(ISchedule rate) {
    return rate instanceof FixedSchedule number ? (Object) number.valueAt(0, 0) : rate;
  }

  /** The number if the value is a schedule that never changes, else the value. */
  static @Nullable Object shown(@Nullable Object value) {
    return value instanceof ISchedule rate ? shown(rate) : value;
  }

  /** Marks a field, and the parameter of a creator, that is a number or a schedule in JSON. */
  @Target({ElementType.FIELD, ElementType.PARAMETER})
  @Retention(RetentionPolicy.RUNTIME)
  @JacksonAnnotationsInside
  @JsonSerialize(using = Writer.class)
  @JsonDeserialize(using = Reader.class)
  public @interface Json {}

  static final class Writer extends JsonSerializer<ISchedule> {

    @Override
    public void serialize(ISchedule rate, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (rate instanceof FixedSchedule) {
        out.writeNumber(rate.valueAt(0, 0));
      } else {
        provider
            .findTypedValueSerializer(rate.getClass(), true, null)
            .serialize(rate, out, provider);
      }
    }

    @Override
    public void serializeWithType(
        ISchedule rate, JsonGenerator out, SerializerProvider provider, TypeSerializer type)
        throws IOException {
      serialize(rate, out, provider);
    }
  }

  static final class Reader extends JsonDeserializer<ISchedule> {

    @Override
    public ISchedule deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (in.currentToken() == JsonToken.START_OBJECT) {
        return new ArgumentsJson.Unread(ArgumentsJson.Reader.object(in, context), in.getCodec())
            .as(ISchedule.class)
            .orElseThrow(() -> new JsonParseException(in, "a rate must be a number or a schedule"));
      }
      if (!in.currentToken().isNumeric()) {
        throw new JsonParseException(in, "a rate must be a number or a schedule");
      }
      return new FixedSchedule(in.getDoubleValue());
    }

    @Override
    public Object deserializeWithType(
        JsonParser in, DeserializationContext context, TypeDeserializer type) throws IOException {
      return deserialize(in, context);
    }
  }
}
