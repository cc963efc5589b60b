package io.github.dl4jext.textbook.report;

/** Something the user has to know; the message is shown as it is. */
public final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The exit code when an experiment failed, or when there was no way to go on. */
  public static final int FAILED = 1;

  /** The exit code when the command line asks for something that cannot be. */
  public static final int USAGE = 2;

  private final int exitCode;

  private CliException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public static CliException usage(String message, Throwable cause) {
    return new CliException(USAGE, message, cause);
  }

  public static CliException usage(String message) {
    return usage(message, null);
  }

  public static CliException failure(String message, Throwable cause) {
    return new CliException(FAILED, message, cause);
  }

  public int exitCode() {
    return exitCode;
  }
}
