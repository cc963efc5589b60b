package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import java.time.Duration;

/** The chapter's exponential schedule: 0.01 * 0.1^(t / 20,000). */
@AutoService(Experiment.class)
public final class ExponentialSchedule implements Experiment {

  @Override
  public String name() {
    return "exponential-schedule";
  }

  @Override
  public String title() {
    return "SGD whose rate falls tenfold every 20,000 steps";
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
        "exponential",
        new SGD(new Exponential(0.01, 0.1, 20_000, false)),
        32,
        0.8662);
  }
}
