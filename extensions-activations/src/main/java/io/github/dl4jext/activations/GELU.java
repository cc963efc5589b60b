package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
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
 * sigmoid(1.702 x)}, within 0.021. Run a network with the form with which it was trained.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(-inf) = 0, f'(inf) = 1. NaN gives NaN. The
 * negative tail keeps its digits, because erfc has them where 1 + erf has lost them. The tail
 * enlarges the error of a rounded argument. The tanh form is therefore computed in double also for
 * floats, and the other two keep the argument in two floats.
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
public record GELU(Approximation approximation) implements VectorizedActivation {

  /** The formula that is computed. */
  public enum Approximation {
    /** The definition, by the error function. */
    NONE(Gate.normal(), FloatGate.normal()),
    /** A hyperbolic tangent of a cubic: (1 + tanh(a)) / 2 is sigmoid(2 a). */
    TANH(Gate.logistic(2 * Math.sqrt(2 / Math.PI), 2 * Math.sqrt(2 / Math.PI) * 0.044715), null),
    /** Swish with beta 1.702. */
    SIGMOID(Gate.logistic(1.702, 0), FloatGate.logistic(1.702));

    private final transient Gate gate;
    private final transient @Nullable FloatGate floatGate;

    Approximation(Gate gate, @Nullable FloatGate floatGate) {
      this.gate = gate;
      this.floatGate = floatGate;
    }
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

  /** Takes the default, the exact form. */
  public GELU() {
    this(APPROXIMATION.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return approximation.gate.value();
  }

  @Override
  public Formula slope(DataType type) {
    return approximation.gate.slope();
  }

  @Override
  public @Nullable FloatFormula floatFunction() {
    FloatGate floats = approximation.floatGate;
    return floats == null ? null : floats.value();
  }

  @Override
  public @Nullable FloatFormula floatSlope() {
    FloatGate floats = approximation.floatGate;
    return floats == null ? null : floats.slope();
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
