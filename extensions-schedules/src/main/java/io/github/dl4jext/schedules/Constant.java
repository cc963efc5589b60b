package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Makes the schedule that has the same value at every step, {@code f(t) = rate}, which is DL4J's
 * {@link FixedSchedule}: in Java write {@code new FixedSchedule(0.1)}.
 *
 * <p>For parts of a {@link Sequence}, and wherever a schedule is required but the value is not to
 * change.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr></table>
 *
 * <p><b>At the boundaries.</b> There are none.
 *
 * <p><b>Check.</b> {@code constant(rate=0.1)} is 0.1 at step 0 and at step 1000000.
 *
 * <p><b>Departs from DL4J.</b> Only in that {@code rate} is checked: {@code FixedSchedule} itself
 * takes NaN. There is no class of our own for constants, because optimizers and dropouts recognise
 * a plain number by DL4J's.
 *
 * @see <a href="https://arxiv.org/abs/1206.5533">Bengio (2012), section 3.1</a>
 */
public final class Constant {

  public static final Parameter<Double> RATE =
      Parameter.number("rate").in("[0, inf)").doc("the value at every step");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "constant")
          .summary("The same value at every step")
          .from("https://arxiv.org/abs/1206.5533")
          .taking(RATE)
          .madeBy(a -> new FixedSchedule(a.get(RATE)));

  private Constant() {}

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
