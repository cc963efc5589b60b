package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Technique;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/** Reads what JSON has of a layer beside the fields that every layer has. */
final class StoredLayer {

  private StoredLayer() {}

  static Layer restore(Technique<Layer> technique, @Nullable Arguments arguments) {
    if (arguments == null) {
      technique.checks().that(false, "arguments", "an object with its parameters", null).done();
      throw new AssertionError("the check throws");
    }
    return technique.create(arguments);
  }
}
