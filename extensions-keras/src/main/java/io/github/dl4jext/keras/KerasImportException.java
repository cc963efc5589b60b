package io.github.dl4jext.keras;

import org.jspecify.annotations.Nullable;

/** Says what in a file of Keras cannot be imported, where it stands, and what to do. */
public final class KerasImportException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  KerasImportException(String message) {
    super(message);
  }

  KerasImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
