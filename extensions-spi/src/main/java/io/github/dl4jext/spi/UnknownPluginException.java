package io.github.dl4jext.spi;

/**
 * Thrown when no plugin of the kind has the name. The message tells the nearest names, all the
 * names, and the artifacts of DL4J Extensions that make the kind and are not on the class path.
 */
public final class UnknownPluginException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  UnknownPluginException(String message) {
    super(Shown.cut(message, Shown.MESSAGE));
  }
}
