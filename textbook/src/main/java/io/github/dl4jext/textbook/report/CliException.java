package io.github.dl4jext.textbook.report;

/** An error to tell the user about; the message is shown as it is. */
public final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The exit code when an experiment failed, or when the program could not continue. */
  public static final int FAILED = 1;

  /** The exit code when the command line asks for something impossible. */
  public static final int USAGE = 2;

  private final int exitCode;

  private CliException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** An error of the command line, with exit code {@link #USAGE}. */
  public static CliException usage(String message, Throwable cause) {
    return new CliException(USAGE, message, cause);
  }

  /** An error of the command line, with exit code {@link #USAGE}. */
  public static CliException usage(String message) {
    return usage(message, null);
  }

  /** An error while the program runs, with exit code {@link #FAILED}. */
  public static CliException failure(String message, Throwable cause) {
    return new CliException(FAILED, message, cause);
  }

  public int exitCode() {
    return exitCode;
  }
}
