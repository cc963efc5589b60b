package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atMost;
import static io.github.dl4jext.activations.InPlace.clip;
import static io.github.dl4jext.activations.InPlace.exp;
import static io.github.dl4jext.activations.InPlace.expm1;
import static io.github.dl4jext.activations.InPlace.isPositive;
import static io.github.dl4jext.activations.InPlace.limit;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import java.net.URI;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scaled ELU: {@code f(x) = scale x} for x &gt; 0, else {@code scale alpha (exp(x) - 1)}, with
 * {@code scale = 1.0507009873554805} and {@code alpha = 1.6732632423543772}.
 *
 * <p>In a plain stack of dense layers with LeCun normal weights and standardised inputs,
 * activations keep mean 0 and variance 1 through a hundred layers and more, without batch
 * normalization. Combine it with alpha dropout only; l1, l2 and skip connections break the
 * property.
 *
 * <p><b>Derivative.</b> scale for x &gt; 0, else {@code scale alpha exp(x)}, also at the kink 0.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = -1.7580993408, f'(-inf) = 0. NaN gives NaN. Where {@code scale x}
 * leaves the type, f is held just below the type's largest number, and so is f(inf).
 *
 * <p><b>Check.</b> f(-1) = -1.1113307378, f'(1) = 1.0507009874.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer, Unterthiner, Mayr, Hochreiter
 *     (2017)</a>
 */
public final class SELU extends ElementwiseActivation {

  private static final long serialVersionUID = 1L;

  private static final double ALPHA = 1.6732632423543772848170429916717;
  private static final double SCALE = 1.0507009873554804934193349852946;

  @Override
  protected void value(INDArray x, Scratch scratch) {
    INDArray tail = expm1(atMost(x, 0, scratch.array(0))).muli(SCALE * ALPHA);
    clip(x, 0, limit(x.dataType(), SCALE), x).muli(SCALE).addi(tail);
  }

  @Override
  protected void derivative(INDArray x, Scratch scratch) {
    INDArray tail = exp(atMost(x, 0, scratch.array(0))).muli(SCALE * ALPHA);
    isPositive(x, x).muli(SCALE - SCALE * ALPHA).addi(tail);
  }

  @Override
  public String matchingWeightInit() {
    return "lecun_normal";
  }

  /** Makes {@link SELU} by the name {@code selu}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider implements Plugin<IActivation> {

    @Override
    public Class<IActivation> kind() {
      return IActivation.class;
    }

    @Override
    public String name() {
      return "selu";
    }

    @Override
    public String summary() {
      return "ELU scaled so that activations keep mean 0 and variance 1";
    }

    @Override
    public URI reference() {
      return URI.create("https://arxiv.org/abs/1706.02515");
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new SELU();
    }
  }
}
