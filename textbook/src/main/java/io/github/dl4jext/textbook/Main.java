package io.github.dl4jext.textbook;

import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.run.Experiments;
import io.github.dl4jext.textbook.run.TextbookCommand;

/** Starts the program; {@code --help} lists its commands. */
public final class Main {

  private Main() {}

  /**
   * Runs the program and ends Java with its exit code.
   *
   * @param args a command with its options; {@code --help} lists them
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /**
   * Runs the program.
   *
   * @param args a command with its options; {@code --help} lists them
   * @return the exit code, 0 if all went well; {@code --help} lists the others
   */
  public static int execute(String... args) {
    return TextbookCommand.commandLine(
            () -> Experiments.installed(Main.class.getClassLoader()), DataSource::load, Main.class)
        .execute(args);
  }
}
