package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.data.DataException;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import java.io.PrintWriter;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: lists the experiments and the plugins, runs experiments, finds a learning rate. */
@Command(
    name = "textbook",
    description =
        "Runs the experiments of the textbook chapter, and compares the results with the book's.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All went well.",
      "1:An experiment failed; the others were run.",
      "2:The command line asks for something impossible.",
      "130:The program was interrupted."
    })
public final class TextbookCommand implements Runnable {

  private static final String SAY = "give one of the commands list, plugins, run or lr-find";

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help, and does nothing else.")
  private boolean help;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Shows where in the program an error occurred.")
  private boolean verbose;

  private TextbookCommand() {}

  /**
   * Makes the command line.
   *
   * @param experiments the experiments that can be run
   * @param source loads the images that an option names
   * @param program the class whose {@code main} has the same experiments and is started for runs in
   *     processes of their own
   * @return a command line that is ready to be executed
   */
  public static CommandLine commandLine(
      Supplier<Experiments> experiments, Function<String, ImageData> source, Class<?> program) {
    TextbookCommand main = new TextbookCommand();
    return new CommandLine(main)
        .addSubcommand(new ListCommand(experiments))
        .addSubcommand(new PluginsCommand())
        .addSubcommand(new RunCommand(experiments, source, program))
        .addSubcommand(new LrFindCommand(source))
        .addSubcommand(new WorkerProcesses.WorkerCommand(experiments, source))
        .registerConverter(Integer.class, TextbookCommand::wholeNumber)
        .registerConverter(int.class, TextbookCommand::wholeNumber)
        .setParameterExceptionHandler((e, args) -> main.misused(e))
        .setExecutionExceptionHandler((e, commandLine, result) -> main.failed(e, commandLine));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), SAY);
  }

  private static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "must be a whole number, at most " + Integer.MAX_VALUE + ", was \"" + text + "\"");
    }
  }

  boolean verbose() {
    return verbose;
  }

  private int misused(ParameterException e) {
    CommandLine commandLine = e.getCommandLine();
    String command = commandLine.getCommandSpec().qualifiedName();
    boolean noCommand =
        e instanceof UnmatchedArgumentException && commandLine == spec.commandLine();
    String message = noCommand ? e.getMessage() + "; " + SAY : e.getMessage();
    tell(commandLine, message + System.lineSeparator() + "see " + command + " --help", e);
    return CliException.USAGE;
  }

  private int failed(Exception e, CommandLine commandLine) {
    if (e instanceof CliException problem) {
      tell(commandLine, problem.getMessage(), e);
      return problem.exitCode();
    }
    boolean expected = e instanceof DataException;
    tell(commandLine, expected ? e.getMessage() : e + " (--verbose shows where)", e);
    return CliException.FAILED;
  }

  private void tell(CommandLine commandLine, String message, Exception e) {
    PrintWriter err = commandLine.getErr();
    err.println(message);
    if (verbose) {
      e.printStackTrace(err);
    }
    err.flush();
  }
}
