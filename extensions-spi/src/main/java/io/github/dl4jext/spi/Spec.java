package io.github.dl4jext.spi;

import java.util.Map;

/** A parsed spec; the values are Number, Boolean, String, List or another Spec. */
record Spec(String name, Map<String, Object> arguments) {

  /** Stands for the name of an argument that has none. */
  static final String UNNAMED = "";

  static Spec parse(String text) {
    return new SpecParser(text).parse();
  }

  @Override
  public String toString() {
    return arguments.isEmpty() ? name : name + arguments;
  }
}
