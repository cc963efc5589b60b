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
 * ReLU with a ceiling, as in Keras's ReLU layer: {@code f(x) = maxValue} for x &gt;= maxValue,
 * {@code x} from the threshold on, and {@code negativeSlope (x - threshold)} below it.
 *
 * <p>A known range suits low precision. With the defaults it is {@link ReLU6}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>maxValue</td><td>(0, inf)</td><td>6</td><td>unit of x</td></tr>
 * <tr><td></td><td>negativeSlope</td><td>[0, inf)</td><td>0</td><td>slope</td></tr>
 * <tr><td></td><td>threshold</td><td>[0, inf), below maxValue</td><td>0</td><td>unit of x</td></tr>
 * </table>
 *
 * <p><b>Derivative.</b> 0 from maxValue on, 1 down to the threshold, else negativeSlope, also at
 * the threshold.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(inf) = maxValue; f(-inf) is f of the type's lowest number. No value is below
 * that number. NaN gives NaN.
 *
 * <p><b>Check.</b> With maxValue 4, negativeSlope 0.1 and threshold 1: f(5) = 4, f(2) = 2, f(1) =
 * 1, f(-1) = -0.2.
 *
 * @param maxValue largest value
 * @param negativeSlope slope below the threshold
 * @param threshold where x begins to pass
 * @see <a href="https://keras.io/api/layers/activation_layers/relu/">Keras's ReLU layer</a>
 */
@FieldsInJson
public record ClippedReLU(double maxValue, double negativeSlope, double threshold)
    implements VectorizedActivation {

  public static final Parameter<Double> MAX_VALUE =
      Parameter.number("maxValue").in("(0, inf)").orElse(6).doc("largest value");

  public static final Parameter<Double> NEGATIVE_SLOPE =
      Parameter.number("negativeSlope").in("[0, inf)").orElse(0).doc("slope below the threshold");

  public static final Parameter<Double> THRESHOLD =
      Parameter.number("threshold")
          .in("[0, inf)")
          .orElse(0)
          .doc("where x begins to pass, below maxValue");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "clipped_relu")
          .summary("ReLU with a largest value, a slope below and a threshold")
          .from("https://keras.io/api/layers/activation_layers/relu/")
          .taking(MAX_VALUE, NEGATIVE_SLOPE, THRESHOLD)
          .madeBy(a -> new ClippedReLU(a.get(MAX_VALUE), a.get(NEGATIVE_SLOPE), a.get(THRESHOLD)));

  /**
   * Takes the defaults of the slope and the threshold, which are 0.
   *
   * @param maxValue largest value, in {@code (0, inf)}
   */
  public ClippedReLU(double maxValue) {
    this(maxValue, NEGATIVE_SLOPE.defaultOf(), THRESHOLD.defaultOf());
  }

  public ClippedReLU {
    boolean inRange = MAX_VALUE.accepts(maxValue) && THRESHOLD.accepts(threshold);
    TECHNIQUE
        .check(MAX_VALUE, maxValue)
        .check(NEGATIVE_SLOPE, negativeSlope)
        .check(THRESHOLD, threshold)
        .that(
            !(inRange && threshold >= maxValue),
            "threshold",
            "below maxValue, which is " + maxValue,
            threshold)
        .done();
  }

  @Override
  public Formula function(DataType type) {
    double lowest = -ExactFormulas.limit(type, 1);
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double passes = 1 - step(threshold - x[i]);
        double above = Math.min(Math.max(x[i], threshold), maxValue);
        double below =
            Math.max(Math.min(Math.max(x[i], lowest) - threshold, 0) * negativeSlope, lowest);
        x[i] = passes * above + (1 - passes) * below;
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double passes = step(x[i] - threshold);
        x[i] = passes * step(maxValue - x[i]) + (1 - passes) * negativeSlope;
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ClippedReLU read(Arguments json) {
    return (ClippedReLU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
