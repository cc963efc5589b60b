package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.PiecewiseConstant;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import java.time.Duration;
import java.util.List;

/**
 * The chapter's piecewise constant schedule. Its boundaries are steps 50,000 and 80,000, which a
 * run of ten epochs of 1719 steps never reaches: the book's figure is one of the constant rate
 * 0.01.
 */
@AutoService(Experiment.class)
public final class PiecewiseSchedule implements Experiment {

  @Override
  public String name() {
    return "piecewise-schedule";
  }

  @Override
  public String title() {
    return "SGD with 0.01, then 0.005, then 0.001";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(8);
  }

  @Override
  public int defaultEpochs() {
    return 10;
  }

  @Override
  public void run(Context context) {
    ScheduledTraining.run(
        context,
        ScheduledTraining.images(context),
        "piecewise constant",
        new SGD(new PiecewiseConstant(List.of(50_000, 80_000), List.of(0.01, 0.005, 0.001))),
        32,
        0.8716);
  }
}
