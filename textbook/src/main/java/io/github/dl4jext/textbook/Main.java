package io.github.dl4jext.textbook;

import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.run.Experiments;
import io.github.dl4jext.textbook.run.TextbookCommand;

/** Starts the program; {@code --help} tells what it can do. */
public final class Main {

  private Main() {}

  /**
   * Runs the program and ends Java with its exit code.
   *
   * @param args what to do; {@code --help} tells what there is
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /**
   * Runs the program.
   *
   * @param args what to do; {@code --help} tells what there is
   * @return the exit code, 0 if all is well
   */
  public static int execute(String... args) {
    return TextbookCommand.commandLine(
            () -> Experiments.installed(Main.class.getClassLoader()), DataSource::load, Main.class)
        .execute(args);
  }
}
