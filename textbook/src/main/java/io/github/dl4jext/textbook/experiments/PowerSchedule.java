package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.Power;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import java.time.Duration;

/** The chapter's power schedule: the rate is halved after 10,000 steps. */
@AutoService(Experiment.class)
public final class PowerSchedule implements Experiment {

  @Override
  public String name() {
    return "power-schedule";
  }

  @Override
  public String title() {
    return "SGD whose rate falls ever more slowly: 0.01 / (1 + t / 10,000)";
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
        "power",
        new SGD(new Power(0.01, 10_000, 1)),
        32,
        0.8714);
  }
}
