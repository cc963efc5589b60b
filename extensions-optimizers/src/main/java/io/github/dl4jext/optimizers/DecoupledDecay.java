package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Technique;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Decoupled weight decay: adds {@code rate * weightDecay * w} to the finished update, so that
 * {@code w} shrinks by the factor {@code 1 - rate * weightDecay} beside the step. It is not a part
 * of the loss, and adds nothing to the score.
 *
 * @param weightDecay share of a weight lost per step, times the learning rate
 */
record DecoupledDecay(@NumberOrSchedule.Json ISchedule weightDecay) implements OptimizerTerm {

  private static final String NAME = "weight_decay";

  private static final Technique<OptimizerTerm> TECHNIQUE =
      Technique.of(OptimizerTerm.class, NAME)
          .taking(Hyperparameters.WEIGHT_DECAY)
          .madeBy(a -> new DecoupledDecay(a.get(Hyperparameters.WEIGHT_DECAY)));

  DecoupledDecay {
    TECHNIQUE.check(Hyperparameters.WEIGHT_DECAY, weightDecay).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static DecoupledDecay read(Arguments json) {
    return (DecoupledDecay) TECHNIQUE.restore(json);
  }

  @Override
  public ApplyStep applyStep() {
    return ApplyStep.POST_UPDATER;
  }

  @Override
  public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
    double decay =
        NumberOrSchedule.at(NAME, Hyperparameters.WEIGHT_DECAY, weightDecay, iteration, epoch);
    if (rate * decay != 0) {
      Vectors.addScaled(update, rate * decay, param);
    }
  }

  @Override
  public DecoupledDecay clone() {
    return new DecoupledDecay(weightDecay.clone());
  }
}
