package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * The Transformer's schedule: {@code f(n) = r min(n / w, sqrt(w / n))} at the n-th step, that is at
 * iteration n - 1: a linear warm-up, then one over the square root of the step.
 *
 * <p>It does not need the length of the run. It was made for Transformers that are trained with
 * Adam.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>maxRate</td><td>(0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>w</td><td>warmupSteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr></table>
 *
 * <p><b>At the boundaries.</b> {@code r / w} at iteration 0, r at iteration w - 1. No end.
 *
 * <p><b>Check.</b> {@code InverseSqrt.transformer(512, 4000)}: 1.746928e-7 at iteration 0,
 * 6.987712e-4 at 3999, half of that at 15999.
 *
 * <p><b>Departs from the paper.</b> In nothing; there {@code r = 1 / sqrt(modelSize w)}.
 *
 * @param maxRate the rate at the end of the warm-up, the highest
 * @param warmupSteps steps until then
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al. (2017), section 5.3</a>
 */
@FieldsInJson
public record InverseSqrt(double maxRate, int warmupSteps) implements ISchedule {

  public static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("(0, inf)").doc("the rate at the end of the warm-up");
  public static final Parameter<Integer> WARMUP_STEPS =
      Parameter.integer("warmupSteps").in("[1, inf)").doc("steps until then");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "inverse_sqrt")
          .summary("Linear warm-up, then one over the square root of the step")
          .from("https://arxiv.org/abs/1706.03762")
          .taking(MAX_RATE, WARMUP_STEPS)
          .madeBy(a -> new InverseSqrt(a.get(MAX_RATE), a.get(WARMUP_STEPS)));

  public InverseSqrt {
    TECHNIQUE.check(MAX_RATE, maxRate).check(WARMUP_STEPS, warmupSteps).done();
  }

  /**
   * Takes the paper's rate, whose maximum is {@code 1 / sqrt(modelSize warmupSteps)}.
   *
   * @param modelSize the width of the model, 512 in the paper
   * @param warmupSteps steps of the warm-up, 4000 in the paper
   * @return the schedule
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is below 1
   */
  public static InverseSqrt transformer(int modelSize, int warmupSteps) {
    TECHNIQUE
        .checks()
        .that(modelSize >= 1, "modelSize", "1 or more", modelSize)
        .check(WARMUP_STEPS, warmupSteps)
        .done();
    return new InverseSqrt(1 / Math.sqrt((double) modelSize * warmupSteps), warmupSteps);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double n = iteration + 1.0;
    return maxRate * (n < warmupSteps ? n / warmupSteps : Math.sqrt(warmupSteps / n));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static InverseSqrt read(Arguments json) {
    return (InverseSqrt) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
