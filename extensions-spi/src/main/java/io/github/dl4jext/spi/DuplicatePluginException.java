package io.github.dl4jext.spi;

/**
 * Thrown when two plugins of one kind share a name. The message names both classes and where each
 * came from.
 */
public final class DuplicatePluginException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  DuplicatePluginException(String message) {
    super(message);
  }
}
