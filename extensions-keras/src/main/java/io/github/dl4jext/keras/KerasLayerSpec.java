package io.github.dl4jext.keras;

import java.util.List;

/**
 * A layer as the file has it.
 *
 * @param className Keras's class
 * @param name the layer's own name
 * @param config its settings
 * @param inputs the layers before it
 */
record KerasLayerSpec(String className, String name, KerasFields config, List<String> inputs) {

  boolean isInput() {
    return className.equals("InputLayer");
  }

  boolean trainable() {
    return config.flag("trainable", true);
  }

  String place() {
    return "layer \"" + name + "\" (" + className + ")";
  }
}
