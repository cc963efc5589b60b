package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.ReduceOnPlateau;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import io.github.dl4jext.textbook.data.ImageData;
import java.time.Duration;

/**
 * The chapter's performance schedule: the rate is halved when the validation loss has not become
 * better for five epochs.
 */
@AutoService(Experiment.class)
public final class PerformanceSchedule implements Experiment {

  @Override
  public String name() {
    return "performance-schedule";
  }

  @Override
  public String title() {
    return "SGD with 0.01, halved after five epochs without a better validation loss";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(20);
  }

  @Override
  public int defaultEpochs() {
    return 25;
  }

  @Override
  public void run(Context context) {
    ImageData data = ScheduledTraining.images(context);
    ReduceOnPlateau plateau =
        ReduceOnPlateau.builder()
            .validationLoss(data.validation().batches(500))
            .factor(0.5)
            .patience(5)
            .build();
    ScheduledTraining.run(context, data, "performance", new SGD(0.01), 32, 0.8868, plateau);
    context.report("reductions of the rate", plateau.reductions());
  }
}
