package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Decoupled weight decay: adds {@code rate * weightDecay * w} to the finished update, so {@code w}
 * shrinks by the factor {@code 1 - rate * weightDecay} beside the step. It is no part of the loss,
 * and adds nothing to the score.
 *
 * @param weightDecay the decay
 * @param share what share of it is taken; less than 1 where only a share of the steps is
 */
record DecoupledDecay(@NumberOrSchedule.Json ISchedule weightDecay, double share)
    implements OptimizerTerm {

  private static final String NAME = "weight_decay";

  private static final Parameter<Double> SHARE =
      Parameter.number("share").in("(0, 1]").doc("share of a step that is kept");

  private static final Technique<OptimizerTerm> TECHNIQUE =
      Technique.of(OptimizerTerm.class, NAME)
          .taking(Hyperparameters.WEIGHT_DECAY, SHARE)
          .madeBy(a -> new DecoupledDecay(a.get(Hyperparameters.WEIGHT_DECAY), a.get(SHARE)));

  DecoupledDecay {
    TECHNIQUE.check(Hyperparameters.WEIGHT_DECAY, weightDecay).check(SHARE, share).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static DecoupledDecay read(Arguments json) {
    return (DecoupledDecay) TECHNIQUE.restore(json);
  }

  DecoupledDecay(ISchedule weightDecay) {
    this(weightDecay, 1);
  }

  @Override
  public Optional<OptimizerTerm> forShareOfStep(double factor) {
    return Optional.of(new DecoupledDecay(weightDecay, share * factor));
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
      Vectors.addScaled(update, share * rate * decay, param);
    }
  }

  @Override
  public DecoupledDecay clone() {
    return new DecoupledDecay(weightDecay.clone(), share);
  }
}
