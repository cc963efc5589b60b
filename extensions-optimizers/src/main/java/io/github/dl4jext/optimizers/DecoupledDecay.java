package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NumberOrSchedule;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Decoupled weight decay: adds {@code rate * weightDecay * w} to the finished update, so {@code w}
 * shrinks by the factor {@code 1 - rate * weightDecay} beside the step. It is no part of the loss,
 * and adds nothing to the score.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class DecoupledDecay implements OptimizerTerm {

  private static final long serialVersionUID = 1L;

  @NumberOrSchedule.Json private final ISchedule weightDecay;

  /** What share of the decay is taken; less than 1 where only a share of the steps is. */
  private final double share;

  DecoupledDecay(ISchedule weightDecay) {
    this(weightDecay, 1);
  }

  @JsonCreator
  DecoupledDecay(
      @JsonProperty(value = "weightDecay", required = true) @NumberOrSchedule.Json
          ISchedule weightDecay,
      @JsonProperty(value = "share", required = true) double share) {
    Checks.of("weight_decay")
        .check(Hyperparameters.WEIGHT_DECAY, weightDecay)
        .that(share > 0 && share <= 1, "share", "in (0, 1]", share)
        .done();
    this.weightDecay = weightDecay;
    this.share = share;
  }

  @Override
  public Optional<OptimizerTerm> slowed(double factor) {
    return Optional.of(new DecoupledDecay(weightDecay, share * factor));
  }

  @Override
  public ApplyStep applyStep() {
    return ApplyStep.POST_UPDATER;
  }

  @Override
  public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
    double decay = NumberOrSchedule.at(Hyperparameters.WEIGHT_DECAY, weightDecay, iteration, epoch);
    if (rate * decay != 0) {
      Vectors.addScaled(update, share * rate * decay, param);
    }
  }

  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return 0;
  }

  @Override
  public DecoupledDecay clone() {
    return new DecoupledDecay(weightDecay.clone(), share);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecoupledDecay that
        && that.weightDecay.equals(weightDecay)
        && that.share == share;
  }

  @Override
  public int hashCode() {
    return Objects.hash(weightDecay, share);
  }

  @Override
  public String toString() {
    return "DecoupledDecay(weightDecay="
        + NumberOrSchedule.shown(weightDecay)
        + ", share="
        + share
        + ")";
  }
}
