package io.github.dl4jext.keras;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reports what cannot be imported from a Keras file, where it is, and what to do. */
public final class KerasImportException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  KerasImportException(String message) {
    super(message);
  }

  KerasImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What our own classes refuse is said with the place in the file. */
  static <T> T at(String place, Supplier<T> step) {
    try {
      return step.get();
    } catch (KerasImportException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new KerasImportException(place + ": " + e.getMessage(), e);
    }
  }

  /** The same, with the file's name, unless the message has it. */
  KerasImportException of(Path file) {
    String message = String.valueOf(getMessage());
    return message.contains(file.toString())
        ? this
        : new KerasImportException(file + ": " + message, getCause() == null ? this : getCause());
  }
}
