package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.GeneratorNoise;
import io.github.dl4jext.network.noise.MaskSeeds;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Objects;
import java.util.SplittableRandom;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Randomized leaky ReLU: {@code f(x) = x} for x &gt; 0, else {@code a x}, where in training every
 * element draws its own slope a, uniform between lower and upper; otherwise a is their mean.
 *
 * <p>The random slopes regularize as noise does.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>l</td><td>lower</td><td>(0, 1]</td><td>1/8</td><td>slope</td></tr>
 * <tr><td>u</td><td>upper</td><td>[lower, 1]</td><td>1/3</td><td>slope</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for x &gt; 0, else the slope that the forward pass drew for the element.
 * The forward pass keeps the seed of its slopes under a fingerprint of its input, so that layers
 * and threads may share one instance. A backward pass without a forward pass in training uses the
 * mean slope.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires. The
 * seed of the slopes is drawn from ND4J's random generator, so that the network's seed makes them
 * repeatable.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> Not in training: f(-24) = -5.5, as the mean slope is 11/48.
 *
 * <p><b>Departs from DL4J.</b> The gradient of {@code ActivationRReLU} is 1 everywhere, and layers
 * that share an instance overwrite each other's slopes.
 *
 * @see <a href="https://arxiv.org/abs/1505.00853">Xu, Wang, Chen, Li (2015)</a>
 */
@FieldsInJson
public final class RReLU extends BaseActivationFunction implements RecommendsWeightInit {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> LOWER =
      Parameter.number("lower").in("(0, 1]").orElse(1.0 / 8).doc("least slope below zero");

  public static final Parameter<Double> UPPER =
      Parameter.number("upper").in("(0, 1]").orElse(1.0 / 3).doc("largest slope below zero");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "rrelu")
          .summary("x, or a random slope times x below zero; their mean slope when not training")
          .from("https://arxiv.org/abs/1505.00853")
          .taking(LOWER, UPPER)
          .madeBy(a -> new RReLU(a.get(LOWER), a.get(UPPER)));

  private final double lower;
  private final double upper;
  private final transient MaskSeeds seeds = new MaskSeeds();

  /** Takes the defaults. */
  public RReLU() {
    this(LOWER.defaultOf(), UPPER.defaultOf());
  }

  /**
   * Takes the parameters given.
   *
   * @param lower least slope below zero, in {@code (0, 1]}
   * @param upper largest slope below zero, in {@code [lower, 1]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public RReLU(double lower, double upper) {
    boolean inRange = LOWER.accepts(lower) && UPPER.accepts(upper);
    TECHNIQUE
        .check(LOWER, lower)
        .check(UPPER, upper)
        .that(!(inRange && lower > upper), "upper", "at least lower, which is " + lower, upper)
        .done();
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    if (in.isEmpty()) {
      return in;
    }
    if (!training) {
      return new LeakyReLU(mean()).getActivation(in, false);
    }
    GeneratorNoise noise =
        new GeneratorNoise(Nd4j.getRandom().nextLong(), in.ordering(), in.dataType());
    seeds.remember(in, noise);
    SplittableRandom random = new SplittableRandom(noise.seed());
    if (isFloat(in)) {
      FloatFormulas.each(
          in,
          (x, spare, count) -> {
            float[] slopes = slopes(random, spare[0], count);
            for (int i = 0; i < count; i++) {
              x[i] = Math.max(x[i], 0) + slopes[i] * Math.min(x[i], 0);
            }
          },
          null);
    } else {
      ExactFormulas.each(
          in,
          (x, spare, count) -> {
            double[] slopes = slopes(random, spare[0], count);
            for (int i = 0; i < count; i++) {
              x[i] = Math.max(x[i], 0) + slopes[i] * Math.min(x[i], 0);
            }
          },
          null);
    }
    return in;
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    Dense.checkShapes(this, in, epsilon);
    if (in.isEmpty()) {
      return new Pair<>(in, null);
    }
    GeneratorNoise noise = seeds.find(in);
    if (noise == null) {
      return new LeakyReLU(mean()).backprop(in, epsilon);
    }
    SplittableRandom random = new SplittableRandom(noise.seed());
    // slopes are drawn in the order in memory, which must be that of the forward pass
    INDArray x = in.ordering() == noise.order() ? in : in.dup(noise.order());
    if (isFloat(x)) {
      FloatFormulas.each(
          x,
          (numbers, spare, count) -> {
            float[] slopes = slopes(random, spare[0], count);
            for (int i = 0; i < count; i++) {
              float positive = FloatFormulas.step(numbers[i]);
              numbers[i] = positive + (1 - positive) * slopes[i];
            }
          },
          epsilon);
    } else {
      ExactFormulas.each(
          x,
          (numbers, spare, count) -> {
            double[] slopes = slopes(random, spare[0], count);
            for (int i = 0; i < count; i++) {
              double positive = step(numbers[i]);
              numbers[i] = positive + (1 - positive) * slopes[i];
            }
          },
          epsilon);
    }
    return new Pair<>(x == in ? in : in.assign(x), null);
  }

  private double mean() {
    return (lower + upper) / 2;
  }

  private static boolean isFloat(INDArray x) {
    return Dense.typeFor(x) == DataType.FLOAT;
  }

  /** Draws a slope for each number, two from each number of the generator: 24 bits are enough. */
  private float[] slopes(SplittableRandom random, float[] into, int count) {
    float least = (float) lower;
    float range = (float) (upper - lower) * 0x1p-24f;
    for (int i = 0; i < count; i += 2) {
      long bits = random.nextLong();
      into[i] = least + range * (int) (bits >>> 40);
      into[i + 1] = least + range * ((int) bits >>> 8); // spare arrays have an even length
    }
    return into;
  }

  /** Draws a slope for each number. */
  private double[] slopes(SplittableRandom random, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = lower + (upper - lower) * random.nextDouble();
    }
    return into;
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  /** Makes the fields again that are not stored. */
  private Object readResolve() {
    return new RReLU(lower, upper);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RReLU that && that.lower == lower && that.upper == upper;
  }

  @Override
  public int hashCode() {
    return Objects.hash(lower, upper);
  }

  @Override
  public String toString() {
    return "RReLU(lower=" + lower + ", upper=" + upper + ")";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static RReLU read(Arguments json) {
    return (RReLU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
