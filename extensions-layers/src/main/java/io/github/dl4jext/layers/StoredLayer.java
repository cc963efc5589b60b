package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Technique;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a layer's JSON that not every layer has. */
final class StoredLayer {

  private StoredLayer() {}

  /** Makes a layer of its arguments, all of which must be there. */
  static Layer restore(Technique<Layer> technique, @Nullable Arguments arguments) {
    if (arguments == null) {
      technique.checks().that(false, "arguments", "an object with its parameters", null).done();
      throw new AssertionError("the check throws");
    }
    return technique.create(arguments);
  }

  /** Refuses a field that no layer of this class has. */
  static void refuse(Technique<Layer> technique, String name, @Nullable Object value) {
    technique
        .checks()
        .that(false, name, "a field of its JSON, which has none so named", value)
        .done();
  }
}
