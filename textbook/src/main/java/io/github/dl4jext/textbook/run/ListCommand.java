package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
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
    description =
        "Lists the experiments by section of the chapter: about how long one run takes on the drawn"
            + " images, and what the experiment shows.")
final class ListCommand implements Runnable {

  @Spec private CommandSpec spec;

  private final Supplier<Experiments> experiments;

  ListCommand(Supplier<Experiments> experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<Experiment> all = experiments.get().inTheOrderOfTheChapter();
    AlignedColumns table = new AlignedColumns();
    Duration sum = Duration.ZERO;
    for (Experiment experiment : all) {
      Duration cost = experiment.about().cost();
      table.row("  " + experiment.name(), NumberText.text(cost), experiment.about().title());
      sum = sum.plus(cost);
    }
    List<String> lines = table.lines();
    Section last = null;
    for (int i = 0; i < all.size(); i++) {
      Section section = all.get(i).about().section();
      if (!section.equals(last)) {
        out.println((last == null ? "" : System.lineSeparator()) + section.heading());
        last = section;
      }
      out.println(lines.get(i));
    }
    out.printf(
        Locale.ROOT,
        "%nThere are %d experiments; one after the other they take about %s.%n",
        all.size(),
        NumberText.text(sum));
    out.flush();
  }
}
