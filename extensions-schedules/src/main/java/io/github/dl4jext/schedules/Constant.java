package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The same value at every step: {@code f(t) = rate}.
 *
 * <p>For parts of a {@link Sequence}, and wherever a schedule is asked for but none is wanted.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr></table>
 *
 * <p><b>At the boundaries.</b> There are none.
 *
 * <p><b>Check.</b> {@code new Constant(0.1)} is 0.1 at step 0 and at step 1000000.
 *
 * <p><b>Departs from DL4J.</b> {@code FixedSchedule} does the same; this one refuses NaN and
 * negative rates.
 *
 * @param rate the value, 0 or more
 * @see <a href="https://arxiv.org/abs/1206.5533">Bengio (2012), section 3.1</a>
 */
public record Constant(@JsonProperty(value = "rate", required = true) double rate)
    implements ISchedule {

  private static final Parameter<Double> RATE =
      Parameter.number("rate").in("[0, inf)").doc("the value at every step");

  /** Checks the parameters. */
  @JsonCreator
  public Constant {
    Checks.of("constant").check(RATE, rate).done();
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return rate;
  }

  /** This, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  /** Makes {@link Constant} by the name {@code constant}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<ISchedule> {

    /** States what the plugin is. */
    public Provider() {
      super(
          ISchedule.class,
          "constant",
          "The same value at every step",
          "https://arxiv.org/abs/1206.5533");
      parameters(RATE);
    }

    @Override
    public ISchedule create(Arguments arguments) {
      return new Constant(arguments.get(RATE));
    }
  }
}
