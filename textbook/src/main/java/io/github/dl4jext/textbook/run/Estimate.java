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
 * Estimates how long tasks will take. If the report has a run of the same experiment on the same
 * images, its time is scaled by the number of epochs. Otherwise the cost that the experiment states
 * is scaled by the numbers of epochs and images, and by the speed of the runs in the report.
 */
final class Estimate {

  /** A whole run on the 60,000 real images took 15 times what the experiments say they cost. */
  private static final double COST_OF_ALL = 15;

  private static final double ALL = 60_000;

  /** About how many of the drawn images an experiment uses. */
  private static final double DRAWN = 3_000;

  private final List<Experiment> experiments;
  private final List<RunResult> measured;
  private final String data;
  private final double size;
  private final double slowness;

  /**
   * @param data the images, as {@code ImageData.name()} tells it
   * @param images how many images there are to train on
   * @param done all runs in the report, with any images
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

  /** The seconds that an experiment costs by its own statement, scaled to images and epochs. */
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

  /** How long the tasks take together if {@code beside} run at a time, the longest first. */
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

  /** Says in sentences how many runs there will be and about how long they will take. */
  String inWords(List<Task> tasks, int beside) {
    if (tasks.isEmpty()) {
      return "There is nothing left to run.";
    }
    String runs =
        tasks.size() == 1
            ? "There will be 1 run. It will take"
            : "There will be " + tasks.size() + " runs" + atATime(beside) + ". They will take";
    String from =
        measured.isEmpty()
            ? "estimated for a machine with two cores"
            : "estimated from the runs in the report";
    return "%s about %s (%s).".formatted(runs, NumberText.text(of(tasks, beside)), from);
  }

  private static String atATime(int beside) {
    return beside > 1 ? ", " + beside + " at a time" : "";
  }
}
