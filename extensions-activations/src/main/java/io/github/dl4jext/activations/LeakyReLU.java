package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.isPositive;

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
 * Leaky ReLU: {@code f(x) = x} for x &gt; 0, else {@code alpha x}.
 *
 * <p>The slope below zero keeps every unit able to learn, where a ReLU may die.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>alpha</td><td>alpha</td><td>(0, 1]</td><td>0.01</td><td>slope</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for x &gt; 0, else alpha, also at the corner, as in PyTorch.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> With alpha 0.2: f(-3) = -0.6, f'(-3) = 0.2.
 *
 * <p><b>Departs from Keras.</b> Its default slope is 0.2 or 0.3, according to the version;
 * PyTorch's is 0.01.
 *
 * @see <a href="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf">Maas, Hannun,
 *     Ng (2013)</a>
 */
public final class LeakyReLU implements ElementwiseActivation {

  private static final long serialVersionUID = 1L;

  /** The default of {@code alpha}. */
  public static final double DEFAULT_ALPHA = 0.01;

  private static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, 1]").orElse(DEFAULT_ALPHA).doc("slope below zero");

  private final double alpha;

  /** Takes the default. */
  public LeakyReLU() {
    this(DEFAULT_ALPHA);
  }

  /**
   * Takes the parameter given.
   *
   * @param alpha slope below zero, in {@code (0, 1]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public LeakyReLU(@JsonProperty(value = "alpha", required = true) double alpha) {
    Checks.of("leaky_relu").check(ALPHA, alpha).done();
    this.alpha = alpha;
  }

  @Override
  public void value(INDArray x, Scratch scratch) {
    InPlace.leaky(x, alpha);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    isPositive(x, x).muli(1 - alpha).addi(alpha);
  }

  @Override
  public String matchingWeightInit() {
    return "he_normal";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LeakyReLU that && that.alpha == alpha;
  }

  @Override
  public int hashCode() {
    return Objects.hash(alpha);
  }

  @Override
  public String toString() {
    return "LeakyReLU(alpha=" + alpha + ")";
  }

  /** Makes {@link LeakyReLU} by the name {@code leaky_relu}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "leaky_relu",
          "x, or alpha x below zero",
          "https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf");
      parameters(ALPHA);
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new LeakyReLU(arguments.get(ALPHA));
    }
  }
}
