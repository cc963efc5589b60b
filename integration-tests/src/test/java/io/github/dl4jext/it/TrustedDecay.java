package io.github.dl4jext.it;

import io.github.dl4jext.optimizers.UpdateContext;
import io.github.dl4jext.optimizers.UpdateRule;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An optimizer as somebody outside of this library writes it: a momentum of its own, decoupled
 * weight decay, and a trust ratio that makes each layer's step a share of the length of its
 * weights.
 *
 * @param rate size of a step
 * @param decay share of a weight lost per step, times the rate
 */
public record TrustedDecay(double rate, double decay) implements Optimizer {

  private static final Parameter<ISchedule> LEARNING_RATE =
      Parameter.rate("learningRate").in("[0, inf)").orElse(0.1).doc("size of a step");
  private static final Parameter<ISchedule> MOMENTUM =
      Parameter.rate("momentum").in("[0, 1)").orElse(0.5).doc("share of the velocity that is kept");
  private static final Parameter<Double> RATE =
      Parameter.number("rate").in("[0, inf)").orElse(0.1).doc("size of a step");
  private static final Parameter<Double> DECAY =
      Parameter.number("decay").in("[0, inf)").orElse(0.01).doc("share of a weight lost per step");

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "trusted_decay")
          .summary("momentum with weight decay, each step in proportion to the weights")
          .from("https://example.org/trusted-decay")
          .taking(RATE, DECAY)
          .madeBy(a -> new TrustedDecay(a.get(RATE), a.get(DECAY)));

  /** Checks the parameters. */
  public TrustedDecay {
    TECHNIQUE.check(RATE, rate).check(DECAY, decay).done();
  }

  @Override
  public IUpdater updater() {
    return new Velocity(Arguments.of(LEARNING_RATE, rate));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return List.of(new Decay(decay), new Trust());
  }

  /** The part that sees gradients only. */
  public static final class Velocity extends UpdateRule<Velocity> {

    private static final long serialVersionUID = 1L;

    private static final Technique<Optimizer> PART =
        TECHNIQUE.part(Optimizer.class, LEARNING_RATE, MOMENTUM).madeBy(Velocity::new);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Velocity(Arguments arguments) {
      super(PART, arguments);
    }

    @Override
    protected List<String> stateNames() {
      return List.of("velocity");
    }

    @Override
    protected void update(UpdateContext t) {
      INDArray velocity = t.state(0);
      velocity.muli(t.at(MOMENTUM)).addi(t.gradient());
      velocity.muli(t.learningRate(), t.gradient());
    }
  }

  record Decay(@JsonProperty(value = "share", required = true) double share)
      implements OptimizerTerm {

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
      update.addi(param.mul(rate * share));
    }

    @Override
    public Decay clone() {
      return this;
    }
  }

  record Trust() implements OptimizerTerm {

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
      double weight = param.norm2Number().doubleValue();
      double step = update.norm2Number().doubleValue();
      if (weight > 0 && step > 0) {
        update.muli(rate * weight / step);
      }
    }

    @Override
    public Trust clone() {
      return this;
    }
  }
}
