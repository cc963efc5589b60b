package io.github.dl4jext.textbook;

/** Something the user has to know; the message is shown as it is. */
final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The exit code when an experiment failed, or when there was no way to go on. */
  static final int FAILED = 1;

  /** The exit code when the command line asks for something that cannot be. */
  static final int USAGE = 2;

  private final int exitCode;

  private Problem(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static Problem usage(String message, Throwable cause) {
    return new Problem(USAGE, message, cause);
  }

  static Problem usage(String message) {
    return usage(message, null);
  }

  static Problem failure(String message, Throwable cause) {
    return new Problem(FAILED, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
