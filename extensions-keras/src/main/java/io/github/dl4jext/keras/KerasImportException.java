package io.github.dl4jext.keras;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reports what cannot be imported from a Keras file, where in the file it is, and what to do. */
public final class KerasImportException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  KerasImportException(String message) {
    super(message);
  }

  KerasImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Runs a step, and adds the place in the file to the message if one of our classes refuses
   * something.
   */
  static <T> T at(String place, Supplier<T> step) {
    try {
      return step.get();
    } catch (KerasImportException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new KerasImportException(place + ": " + e.getMessage(), e);
    }
  }

  /** Returns this exception with the file's name in its message. */
  KerasImportException of(Path file) {
    String message = String.valueOf(getMessage());
    return message.contains(file.toString())
        ? this
        : new KerasImportException(file + ": " + message, getCause() == null ? this : getCause());
  }
}
