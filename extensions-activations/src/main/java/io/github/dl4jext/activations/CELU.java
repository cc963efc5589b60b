package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.atMost;
import static io.github.dl4jext.activations.InPlace.exp;
import static io.github.dl4jext.activations.InPlace.expm1;

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
 * Continuously differentiable ELU: {@code f(x) = x} for x &gt; 0, else {@code alpha (exp(x / alpha)
 * - 1)}.
 *
 * <p>ELU without the kink that it has for alpha other than 1.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>alpha</td><td>alpha</td><td>(0, inf)</td><td>1</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code exp(min(x, 0) / alpha)}, continuous everywhere.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = -alpha, f(inf) = inf, f'(-inf) = 0. NaN gives NaN.
 *
 * <p><b>Check.</b> With alpha 0.5: f(-1) = -0.4323323584, f'(-1) = 0.1353352832.
 *
 * @see <a href="https://arxiv.org/abs/1704.07483">Barron (2017)</a>
 */
public final class CELU implements ElementwiseActivation {

  private static final long serialVersionUID = 1L;

  /** The default of {@code alpha}. */
  public static final double DEFAULT_ALPHA = 1.0;

  private static final Parameter<Double> ALPHA =
      Parameter.number("alpha")
          .in("(0, inf)")
          .orElse(DEFAULT_ALPHA)
          .doc("limit for large negative x, with its sign changed");

  private final double alpha;

  /** Takes the default. */
  public CELU() {
    this(DEFAULT_ALPHA);
  }

  /**
   * Takes the parameter given.
   *
   * @param alpha limit for large negative x, with its sign changed, in {@code (0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public CELU(@JsonProperty(value = "alpha", required = true) double alpha) {
    Checks.of("celu").check(ALPHA, alpha).done();
    this.alpha = alpha;
  }

  @Override
  public void value(INDArray x, Scratch scratch) {
    INDArray tail = expm1(atMost(x, 0, scratch.array(0)).divi(alpha)).muli(alpha);
    atLeast(x, 0, x).addi(tail);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    exp(atMost(x, 0, x).divi(alpha));
  }

  @Override
  public String matchingWeightInit() {
    return "he_normal";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CELU that && that.alpha == alpha;
  }

  @Override
  public int hashCode() {
    return Objects.hash(alpha);
  }

  @Override
  public String toString() {
    return "CELU(alpha=" + alpha + ")";
  }

  /** Makes {@link CELU} by the name {@code celu}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "celu",
          "max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)",
          "https://arxiv.org/abs/1704.07483");
      parameters(ALPHA);
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new CELU(arguments.get(ALPHA));
    }
  }
}
