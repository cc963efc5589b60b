package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.abs;
import static io.github.dl4jext.activations.InPlace.isAbove;

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
 * Hard shrinkage: {@code f(x) = x} for |x| &gt; lambda, else 0.
 *
 * <p>Sets small values to zero and leaves the others as they are; for denoising and sparse coding.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>lambda</td><td>lambda</td><td>[0, inf)</td><td>0.5</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for |x| &gt; lambda, else 0; the function jumps at |x| = lambda.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> With lambda 0.5: f(2) = 2, f(-0.3) = 0.
 *
 * @see <a href="https://doi.org/10.1093/biomet/81.3.425">Donoho, Johnstone (1994)</a>
 */
public final class HardShrink implements ElementwiseActivation {

  private static final long serialVersionUID = 1L;

  /** The default of {@code lambda}. */
  public static final double DEFAULT_LAMBDA = 0.5;

  private static final Parameter<Double> LAMBDA =
      Parameter.number("lambda")
          .in("[0, inf)")
          .orElse(DEFAULT_LAMBDA)
          .doc("half the width of the dead zone, in the unit of x");

  private final double lambda;

  /** Takes the default. */
  public HardShrink() {
    this(DEFAULT_LAMBDA);
  }

  /**
   * Takes the parameter given.
   *
   * @param lambda half the width of the dead zone, in the unit of x, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public HardShrink(@JsonProperty(value = "lambda", required = true) double lambda) {
    Checks.of("hard_shrink").check(LAMBDA, lambda).done();
    this.lambda = lambda;
  }

  @Override
  public void value(INDArray x, Scratch scratch) {
    INDArray kept = isAbove(abs(x, scratch.array(0)), lambda, scratch.array(0));
    x.muli(kept);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    isAbove(abs(x, x), lambda, x);
  }

  @Override
  public String matchingWeightInit() {
    return "glorot_uniform";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HardShrink that && that.lambda == lambda;
  }

  @Override
  public int hashCode() {
    return Objects.hash(lambda);
  }

  @Override
  public String toString() {
    return "HardShrink(lambda=" + lambda + ")";
  }

  /** Makes {@link HardShrink} by the name {@code hard_shrink}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "hard_shrink",
          "x, or 0 within lambda of zero",
          "https://doi.org/10.1093/biomet/81.3.425");
      parameters(LAMBDA);
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new HardShrink(arguments.get(LAMBDA));
    }
  }
}
