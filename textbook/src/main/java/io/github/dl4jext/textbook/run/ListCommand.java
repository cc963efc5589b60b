package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.report.AlignedColumns;
import io.github.dl4jext.textbook.report.NumberText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    description = "Lists the experiments: name, rough cost on two cores, what it shows.")
final class ListCommand implements Runnable {

  @Spec private CommandSpec spec;

  private final Supplier<Experiments> experiments;

  ListCommand(Supplier<Experiments> experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<Experiment> all = experiments.get().all();
    AlignedColumns table = new AlignedColumns();
    Duration sum = Duration.ZERO;
    for (Experiment experiment : all) {
      table.row(
          experiment.name(),
          NumberText.text(experiment.about().cost()),
          experiment.about().title());
      sum = sum.plus(experiment.about().cost());
    }
    table.lines().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "experiments: %d, all of them take about %s%n",
        all.size(),
        NumberText.text(sum));
    out.flush();
  }
}
