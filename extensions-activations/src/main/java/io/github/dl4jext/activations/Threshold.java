package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Threshold: {@code f(x) = x} for x &gt; threshold, else {@code value}.
 *
 * <p>With threshold 1 and value 0 it is the thresholded ReLU.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>threshold</td><td>(-inf, inf)</td><td>0</td><td>unit of x</td></tr>
 * <tr><td></td><td>value</td><td>(-inf, inf)</td><td>0</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for x &gt; threshold, else 0.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = value, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> With threshold 1 and value 0.2: f(0.5) = 0.2, f(3) = 3.
 *
 * <p><b>Departs from DL4J.</b> {@code ActivationThresholdedReLU} has no value.
 *
 * @param threshold where x begins to pass, in the unit of x
 * @param value the output for all inputs that do not pass
 * @see <a href="https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html">PyTorch's
 *     Threshold</a>
 */
@FieldsInJson
public record Threshold(double threshold, double value) implements VectorizedActivation {

  public static final Parameter<Double> THRESHOLD =
      Parameter.number("threshold").in("(-inf, inf)").orElse(0).doc("where x begins to pass");

  public static final Parameter<Double> VALUE =
      Parameter.number("value")
          .in("(-inf, inf)")
          .orElse(0)
          .doc("the output for all inputs that do not pass");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "threshold")
          .summary("x above the threshold, else the value")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html")
          .taking(THRESHOLD, VALUE)
          .madeBy(a -> new Threshold(a.get(THRESHOLD), a.get(VALUE)));

  public Threshold {
    TECHNIQUE.check(THRESHOLD, threshold).check(VALUE, value).done();
  }

  /** Takes the defaults, a threshold and a value of 0. */
  public Threshold() {
    this(THRESHOLD.defaultOf(), VALUE.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double passes = step(x[i] - threshold);
        x[i] = passes * Math.max(x[i], threshold) + (1 - passes) * value;
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(x[i] - threshold);
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Threshold read(Arguments json) {
    return (Threshold) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
