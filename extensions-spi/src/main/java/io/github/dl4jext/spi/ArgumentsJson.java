package io.github.dl4jext.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonParseException;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.core.ObjectCodec;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.SerializerProvider;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;
import org.nd4j.shade.jackson.databind.jsontype.TypeDeserializer;
import org.nd4j.shade.jackson.databind.util.TokenBuffer;

/** How {@link Arguments} are written to JSON and read from it. */
final class ArgumentsJson {

  private ArgumentsJson() {}

  /** The form of a value in JSON. */
  static Object value(Object value) {
    if (value instanceof FixedSchedule number) {
      return number.valueAt(0, 0);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ArgumentsJson::value).toList();
    }
    return value instanceof Number
            || value instanceof Boolean
            || value instanceof CharSequence
            || value instanceof Enum<?>
        ? value
        : new Typed(value);
  }

  /** A value with its type beside it, which a map of values loses. */
  @JsonSerialize(using = Writer.class)
  private record Typed(Object value) {}

  /**
   * An object that was read, whose type is known to the parameter that it belongs to. It is kept as
   * tokens, since a tree loses the types that YAML writes as tags.
   */
  record Unread(TokenBuffer tokens, ObjectCodec codec) {

    /** The value, or empty if the object is not of this kind. */
    <K> Optional<K> as(Class<K> kind) {
      try {
        TrustedClasses.requireIn(tokens.asParser(codec));
        return Optional.of(codec.readValue(tokens.asParser(codec), kind));
      } catch (IOException malformed) {
        Throwable cause = malformed;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        if (cause instanceof InvalidArgumentException invalid) {
          throw invalid;
        }
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      try {
        return codec.readTree(tokens.asParser(codec)).toString();
      } catch (IOException malformed) {
        return "an object";
      }
    }
  }

  static final class Writer extends JsonSerializer<Typed> {

    @Override
    public void serialize(Typed typed, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      Object value = typed.value();
      provider
          .findTypedValueSerializer(value.getClass(), true, null)
          .serialize(value, out, provider);
    }
  }

  static final class Reader extends JsonDeserializer<Arguments> {

    @Override
    public Arguments deserialize(JsonParser in, DeserializationContext context) throws IOException {
      Map<String, Object> given = new LinkedHashMap<>();
      if (in.currentToken() == JsonToken.START_OBJECT) {
        in.nextToken();
      }
      for (; in.currentToken() == JsonToken.FIELD_NAME; in.nextToken()) {
        String name = in.getCurrentName();
        in.nextToken();
        if (given.containsKey(name)) {
          throw new JsonParseException(in, "the field " + Shown.value(name) + " occurs twice");
        }
        given.put(name, value(in, context, 0));
      }
      if (in.currentToken() != JsonToken.END_OBJECT) {
        throw new JsonParseException(
            in, "the arguments must be an object, were " + in.currentToken());
      }
      return Arguments.stored(given);
    }

    private static Object value(JsonParser in, DeserializationContext context, int depth)
        throws IOException {
      if (in.currentToken() == JsonToken.START_OBJECT) {
        return new Unread(object(in, context), in.getCodec());
      }
      if (in.currentToken() == JsonToken.START_ARRAY) {
        requireShallow(in, depth);
        List<Object> list = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(in, context, depth + 1));
        }
        return list;
      }
      return context.readValue(in, Object.class);
    }

    /** Copies in a loop, since Jackson's own copy of a structure calls itself for each level. */
    static TokenBuffer object(JsonParser in, DeserializationContext context) throws IOException {
      TokenBuffer tokens = new TokenBuffer(in, context);
      int depth = 0;
      do {
        requireShallow(in, depth);
        depth += in.currentToken().isStructStart() ? 1 : in.currentToken().isStructEnd() ? -1 : 0;
        tokens.copyCurrentEvent(in);
      } while (depth > 0 && in.nextToken() != null);
      return tokens;
    }

    private static void requireShallow(JsonParser in, int depth) throws JsonParseException {
      if (depth > 4 * Nesting.LEVELS) {
        throw new JsonParseException(in, "arguments must be " + Nesting.RULE);
      }
    }

    @Override
    public Object deserializeWithType(
        JsonParser in, DeserializationContext context, TypeDeserializer type) throws IOException {
      return deserialize(in, context);
    }
  }
}
