package io.github.dl4jext.textbook.data;

/**
 * Thrown when the images cannot be loaded. The message says what is wrong, with which file or
 * address, and what to do about it; it can be shown to the user as it is.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataException(String message) {
    super(message);
  }

  DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
