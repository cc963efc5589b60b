package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.report.NumberText;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Tells about how long some tasks will take. A run that the report has, of the same experiment on
 * the same images, is scaled by the epochs. For any other, what the experiment says that it costs
 * is scaled by epochs, images, and how fast this machine made the runs that the report has.
 */
final class Estimate {

  /** Of the 60,000 real images a whole run took 15 times what the experiments say they cost. */
  private static final double COST_OF_ALL = 15;

  private static final double ALL = 60_000;

  /** Experiments take about so many of the drawn images, of which there are more. */
  private static final double DRAWN = 3_000;

  private final List<Experiment> experiments;
  private final List<RunResult> measured;
  private final String data;
  private final double size;
  private final double slowness;

  /**
   * @param images how many there are to train on
   * @param done the runs that the report has, with any images
   */
  Estimate(List<Experiment> experiments, String data, int images, List<RunResult> done) {
    this.experiments = experiments;
    this.data = data;
    this.size = DataSource.isDrawn(data) ? Math.min(1, images / DRAWN) : COST_OF_ALL * images / ALL;
    this.measured = done.stream().filter(run -> run.data().equals(data) && !run.failed()).toList();
    double[] ratios = measured.stream().flatMapToDouble(this::slowness).toArray();
    this.slowness = ratios.length == 0 ? 1 : new Median().evaluate(ratios);
  }

  private DoubleStream slowness(RunResult run) {
    Optional<Experiment> known =
        experiments.stream().filter(one -> one.name().equals(run.experiment())).findFirst();
    return known.stream().mapToDouble(one -> run.seconds() / told(one, run.epochs()));
  }

  /** The seconds that an experiment says it costs, for these images and so many epochs. */
  private double told(Experiment experiment, int epochs) {
    double epochsOfIts = (double) epochs / experiment.about().defaultEpochs();
    return experiment.about().cost().toMillis() / 1e3 * size * epochsOfIts;
  }

  /** The seconds that one task takes. */
  private double seconds(Task task) {
    return measured.stream()
        .filter(run -> run.experiment().equals(task.experiment().name()))
        .mapToDouble(run -> run.seconds() * task.epochs() / run.epochs())
        .average()
        .orElseGet(() -> slowness * told(task.experiment(), task.epochs()));
  }

  /** How long they all take if so many run at a time, the longest first. */
  Duration of(List<Task> tasks, int beside) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int i = 0; i < Math.max(1, beside); i++) {
      free.add(0.0);
    }
    double end = 0;
    for (double seconds :
        tasks.stream().map(this::seconds).sorted(Comparator.reverseOrder()).toList()) {
      double ends = free.remove() + seconds;
      free.add(ends);
      end = Math.max(end, ends);
    }
    return Duration.ofMillis(Math.round(end * 1e3));
  }

  /** What will be done and about how long it takes, in sentences. */
  String inWords(List<Task> tasks, int beside) {
    if (tasks.isEmpty()) {
      return "There is nothing left to run.";
    }
    String runs =
        tasks.size() == 1
            ? "There will be 1 run. It takes"
            : "There will be " + tasks.size() + " runs" + atATime(beside) + ". They take";
    String from =
        measured.isEmpty()
            ? "this is an estimate from a machine with two cores"
            : "this is an estimate from the runs that the report has";
    return "%s about %s; %s.".formatted(runs, NumberText.text(of(tasks, beside)), from);
  }

  private static String atATime(int beside) {
    return beside > 1 ? ", " + beside + " at a time" : "";
  }
}
