package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.each;
import static io.github.dl4jext.activations.ExactFormulas.gated;
import static io.github.dl4jext.activations.ExactFormulas.gatedSlope;
import static io.github.dl4jext.activations.InPlace.add;
import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.clip;
import static io.github.dl4jext.activations.InPlace.erfc;
import static io.github.dl4jext.activations.InPlace.exp;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Gaussian error linear unit: {@code f(x) = x Phi(x)}, Phi being the normal distribution function,
 * {@code Phi(x) = erfc(-x / sqrt(2)) / 2}.
 *
 * <p>Smooth, with a small dip below zero; the activation of most Transformers.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>approximation</td><td>none, tanh, sigmoid</td><td>none</td><td></td></tr>
 * </table>
 *
 * <p><b>Derivative.</b> {@code f'(x) = Phi(x) + x phi(x)}, phi being the normal density.
 *
 * <p><b>Approximations.</b> {@code tanh}: {@code x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715
 * x^3)))}, as in BERT and GPT-2, within 0.0005 of the exact form. {@code sigmoid}: {@code x
 * sigmoid(1.702 x)}, within 0.021. A network is to be run with the form that it was trained with.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(-inf) = 0, f'(inf) = 1. NaN gives NaN. The
 * negative tail keeps its digits, because erfc has them where 1 + erf has lost them; all forms are
 * computed in double, as the tail enlarges what a rounded argument is off by.
 *
 * <p><b>Check.</b> Exact: f(1) = 0.8413447461, f'(1) = 1.0833154706; tanh: f(1) = 0.8411919906;
 * sigmoid: f(1) = 0.8457957660.
 *
 * <p><b>Departs from DL4J.</b> {@code ActivationGELU} has no exact form; its default is the sigmoid
 * form, with NaN gradients from x = 30 on in float, and its "precise" form cubes 0.044715 x instead
 * of x.
 *
 * @param approximation which formula is computed
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks, Gimpel (2016)</a>
 */
@FieldsInJson
public record GELU(Approximation approximation) implements ElementwiseActivation {

  /** Beyond it, Phi is 0 or 1 and phi is 0 in double and narrower types. */
  private static final double SATURATED = 40;

  /** Which formula is computed. */
  public enum Approximation {
    /** The definition, by the error function. */
    NONE {
      @Override
      void value(INDArray x, Scratch scratch) {
        scratch.inDouble(
            x,
            (y, spare) -> {
              INDArray distribution = distribution(y, spare.array(0));
              atLeast(y, -SATURATED, y).muli(distribution);
            });
      }

      @Override
      void derivative(INDArray x, Scratch scratch) {
        scratch.inDouble(
            x,
            (y, spare) -> {
              INDArray distribution = distribution(y, spare.array(0));
              clip(y, -SATURATED, SATURATED, y);
              INDArray density = exp(y.muli(y, spare.array(1)).muli(-0.5));
              add(y.muli(density).muli(1 / Math.sqrt(2 * Math.PI)), distribution);
            });
      }

      private static INDArray distribution(INDArray x, INDArray out) {
        return erfc(x.muli(-Math.sqrt(0.5), out)).muli(0.5);
      }
    },
    /** A hyperbolic tangent of a cubic: (1 + tanh(a)) / 2 is sigmoid(2 a). */
    TANH {
      @Override
      void value(INDArray x, Scratch scratch) {
        each(x, y -> gated(y, y * (2 * SLOPE + 2 * SLOPE * CUBIC * y * y)));
      }

      @Override
      void derivative(INDArray x, Scratch scratch) {
        each(
            x,
            y -> {
              double cubic = 2 * SLOPE * CUBIC * y * y;
              return gatedSlope(y * (2 * SLOPE + 3 * cubic), y * (2 * SLOPE + cubic));
            });
      }
    },
    /** Swish with beta 1.702. */
    SIGMOID {
      @Override
      void value(INDArray x, Scratch scratch) {
        each(x, y -> gated(y, BETA * y));
      }

      @Override
      void derivative(INDArray x, Scratch scratch) {
        each(x, y -> gatedSlope(BETA * y, BETA * y));
      }
    };

    private static final double SLOPE = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;
    private static final double BETA = 1.702;

    abstract void value(INDArray x, Scratch scratch);

    abstract void derivative(INDArray x, Scratch scratch);
  }

  public static final Parameter<Approximation> APPROXIMATION =
      Parameter.choice("approximation", Approximation.class)
          .orElse(Approximation.NONE)
          .doc("which formula is computed; none is exact");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "gelu")
          .summary("x times the normal distribution function of x")
          .from("https://arxiv.org/abs/1606.08415")
          .alsoNamed("gelu_tanh", APPROXIMATION, Approximation.TANH)
          .alsoNamed("gelu_sigmoid", APPROXIMATION, Approximation.SIGMOID)
          .taking(APPROXIMATION)
          .madeBy(a -> new GELU(a.get(APPROXIMATION)));

  public GELU {
    TECHNIQUE.check(APPROXIMATION, approximation).done();
  }

  public GELU() {
    this(APPROXIMATION.defaultOf());
  }

  @Override
  public void value(INDArray x, Scratch scratch) {
    approximation.value(x, scratch);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    approximation.derivative(x, scratch);
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static GELU read(Arguments json) {
    return (GELU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
