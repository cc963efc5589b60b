package io.github.dl4jext.textbook.data;

/**
 * The images cannot be had. The message says what is wrong, with which file or address, and how to
 * mend it; it is meant to be shown to the user as it is.
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
