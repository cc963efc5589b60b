package io.github.dl4jext.spi;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a provider that is listed on the class path but cannot be used: its class is missing,
 * its constructor throws, or it breaks the contract of {@link Plugin}. The message names it.
 */
public final class PluginLoadException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  PluginLoadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
