package io.github.dl4jext.layers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** One case of layers.json, which layers.py has written. */
record GoldenLayer(JsonNode json) {

  static GoldenLayer read(String name) {
    try (InputStream in = GoldenLayer.class.getResourceAsStream("/golden/layers.json")) {
      return new GoldenLayer(
          Objects.requireNonNull(new ObjectMapper().readTree(in).get(name), name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double[] get(String what) {
    return StreamSupport.stream(json.get(what).spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** The shape with features in front of positions. */
  long[] shape() {
    return StreamSupport.stream(json.get("shape").spliterator(), false)
        .mapToLong(JsonNode::asLong)
        .toArray();
  }
}
