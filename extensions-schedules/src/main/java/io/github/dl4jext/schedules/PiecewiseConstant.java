package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Piecewise constant scheduling: one rate until a boundary, another one from there on.
 *
 * <p>{@code rates[0]} applies until {@code boundaries[0]}; {@code rates[i]} applies from step
 * {@code boundaries[i-1]} on, that step included.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>boundaries</td><td>[1, inf), ascending</td><td>required</td><td>steps</td></tr>
 * <tr><td>-</td><td>rates</td><td>[0, inf), one more than boundaries</td><td>required</td><td>rate</td></tr>
 * </table>
 *
 * <p><b>At the boundaries.</b> The boundary's step is the first one with the new rate. The last
 * rate is kept forever.
 *
 * <p><b>Cost.</b> A binary search, so that thousands of boundaries are fine.
 *
 * <p><b>Check.</b> Boundaries 50 and 80, rates 0.01, 0.005 and 0.001: 0.01 at step 49, 0.005 at
 * steps 50 and 79, 0.001 from 80 on.
 *
 * <p><b>Departs from Keras.</b> {@code PiecewiseConstantDecay} keeps the old rate at the boundary
 * itself. PyTorch's {@code MultiStepLR}, which is {@link MultiStep}, has the new rate there, as
 * this one does.
 *
 * @param boundaries the steps at which the rate changes, ascending
 * @param rates the rates, one more than boundaries
 * @see <a href="https://arxiv.org/abs/1512.03385">He, Zhang, Ren, Sun (2015), section 3.4</a>
 */
@FieldsInJson
public record PiecewiseConstant(List<Integer> boundaries, List<Double> rates) implements ISchedule {

  public static final Parameter<List<Integer>> BOUNDARIES =
      Parameter.integers("boundaries")
          .in("[1, inf)")
          .doc("steps at which the rate changes, ascending");
  public static final Parameter<List<Double>> RATES =
      Parameter.numbers("rates").in("[0, inf)").doc("the rates, one more than boundaries");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "piecewise_constant")
          .summary("One rate until a boundary, another one from there on")
          .from("https://arxiv.org/abs/1512.03385")
          .taking(BOUNDARIES, RATES)
          .madeBy(a -> new PiecewiseConstant(a.get(BOUNDARIES), a.get(RATES)));

  public PiecewiseConstant {
    TECHNIQUE
        .check(BOUNDARIES, boundaries)
        .check(RATES, rates)
        .that(Boundaries.ascend(boundaries), "boundaries", Boundaries.RULE, boundaries)
        .that(Boundaries.fit(boundaries, rates), "rates", "one more than boundaries", rates)
        .done();
    boundaries = List.copyOf(boundaries);
    rates = List.copyOf(rates);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return rates.get(Boundaries.passed(boundaries, iteration));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static PiecewiseConstant read(Arguments json) {
    return (PiecewiseConstant) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
