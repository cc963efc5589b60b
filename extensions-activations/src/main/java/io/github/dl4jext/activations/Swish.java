package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.Objects;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Swish: {@code f(x) = x sigmoid(beta x)}; with beta 1 it is SiLU.
 *
 * <p>Smooth, non-monotonic, unbounded above: in deep networks usually better than ReLU. Beta moves
 * it from x / 2 (beta near 0) to ReLU (beta large).
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>beta</td><td>beta</td><td>(0, inf)</td><td>1</td><td>per unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code f'(x) = s + u s q} with {@code u = beta x}, {@code s = sigmoid(u)}
 * and {@code q = sigmoid(-u)}, which keeps the digits that {@code 1 - s} loses.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(-inf) = 0, f'(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> With beta 1: f(1) = 0.7310585786, f'(1) = 0.9276705118.
 *
 * <p><b>Departs from DL4J.</b> The gradient of {@code ActivationSwish} is NaN from x = 50 on in
 * float, and it has no beta.
 *
 * @see <a href="https://arxiv.org/abs/1710.05941">Ramachandran, Zoph, Le (2017)</a>
 */
public final class Swish implements ElementwiseActivation {

  private static final long serialVersionUID = 1L;

  /** The default of {@code beta}. */
  public static final double DEFAULT_BETA = 1.0;

  private static final Parameter<Double> BETA =
      Parameter.number("beta")
          .in("(0, inf)")
          .orElse(DEFAULT_BETA)
          .doc("steepness of the gate, per unit of x");

  private final double beta;

  /** Takes the default. */
  public Swish() {
    this(DEFAULT_BETA);
  }

  /**
   * Takes the parameter given.
   *
   * @param beta steepness of the gate, per unit of x, in {@code (0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public Swish(@JsonProperty(value = "beta", required = true) double beta) {
    Checks.of("swish").check(BETA, beta).done();
    this.beta = beta;
  }

  @Override
  public void value(INDArray x, Scratch scratch) {
    SigmoidWeighted.value(x, beta, scratch);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    SigmoidWeighted.derivative(x, beta, scratch);
  }

  @Override
  public String matchingWeightInit() {
    return "he_normal";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Swish that && that.beta == beta;
  }

  @Override
  public int hashCode() {
    return Objects.hash(beta);
  }

  @Override
  public String toString() {
    return "Swish(beta=" + beta + ")";
  }

  /** Makes {@link Swish} by the name {@code swish}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "swish",
          "x sigmoid(beta x), also known as SiLU",
          "https://arxiv.org/abs/1710.05941");
      aliases("silu");
      parameters(BETA);
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new Swish(arguments.get(BETA));
    }
  }
}
