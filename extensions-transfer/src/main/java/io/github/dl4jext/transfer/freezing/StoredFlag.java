package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;

/** Reads a flag of a frozen layer from JSON, where Jackson would read 1, "" and null as flags. */
final class StoredFlag extends JsonDeserializer<Boolean> {

  @Override
  public Boolean deserialize(JsonParser in, DeserializationContext context) throws IOException {
    JsonToken token = in.currentToken();
    return token == JsonToken.VALUE_TRUE || token != JsonToken.VALUE_FALSE && refuse(in.getText());
  }

  @Override
  public Boolean getNullValue(DeserializationContext context) {
    return refuse(null);
  }

  private static boolean refuse(@Nullable String value) {
    Checks.of("frozen").that(false, "each stored flag", "true or false", value).done();
    return false;
  }
}
