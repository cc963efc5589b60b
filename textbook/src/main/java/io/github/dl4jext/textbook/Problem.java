package io.github.dl4jext.textbook;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

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

  /** Why a file cannot be read or written, in few words. */
  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  int exitCode() {
    return exitCode;
  }
}
