package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.LearningRateFinder;
import io.github.dl4jext.schedules.LearningRateSweep;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import io.github.dl4jext.textbook.data.ImageData;
import java.time.Duration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The chapter's 1cycle: up to a peak of 0.1 from a tenth of it, back, and in the last tenth of the
 * run down to a thousandth of the start.
 */
@AutoService(Experiment.class)
public final class OneCycleSchedule implements Experiment {

  private static final int BATCH = 128;
  private static final double PEAK = 0.1;

  @Override
  public String name() {
    return "one-cycle";
  }

  @Override
  public String title() {
    return "SGD whose rate rises to a peak, falls back, and ends far below the start";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(8);
  }

  @Override
  public int defaultEpochs() {
    return 25;
  }

  @Override
  public void run(Context context) {
    ImageData data = ScheduledTraining.images(context);
    LearningRateSweep found = sweep(context, data);
    context.report("learning rate that the finder suggests (chapter's choice 0.1)", found.valley());
    context.report("lowest suggestion of single sweeps", found.spread().lowest());
    context.report("highest suggestion of single sweeps", found.spread().highest());
    int steps = Steps.of(context.epochs(), data.train().size(), BATCH);
    ScheduledTraining.run(
        context, data, "1cycle", new SGD(OneCycle.geron(PEAK, steps)), BATCH, 0.8920);
  }

  /** Beyond the chapter's range of 1e-4 to 1, so that the loss is seen to rise again. */
  private static LearningRateSweep sweep(Context context, ImageData data) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(new SGD(PEAK).configure(ThreeLayers.configuration(context.seed())));
    net.init();
    return LearningRateFinder.builder(net)
        .startRate(1e-4)
        .endRate(10)
        .steps(200)
        .seeds(3)
        .build()
        .sweep(data.train().shuffledBatches(BATCH, context.seed()));
  }
}
