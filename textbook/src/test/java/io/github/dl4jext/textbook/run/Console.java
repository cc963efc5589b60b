package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.Main;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine;

/** The program in this Java, with what it printed. */
public final class Console {

  /** Drawing the embedded images takes most of a second. */
  private static final Map<String, ImageData> LOADED = new ConcurrentHashMap<>();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine;

  public Console(Experiment... experiments) {
    this(Main.class, experiments);
  }

  /** With another program for runs in processes of their own. */
  public Console(Class<?> program, Experiment... experiments) {
    commandLine =
        TextbookCommand.commandLine(
                () -> new Experiments(List.of(experiments)), Console::load, program)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
  }

  private static ImageData load(String spec) {
    return LOADED.computeIfAbsent(spec, DataSource::load);
  }

  public int run(String... args) {
    return commandLine.execute(args);
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }
}
