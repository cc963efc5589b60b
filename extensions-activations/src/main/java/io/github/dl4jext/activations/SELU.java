package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atMost;
import static io.github.dl4jext.activations.InPlace.limit;
import static io.github.dl4jext.activations.InPlace.selu;
import static io.github.dl4jext.activations.InPlace.seluDerivative;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Plugin;
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
public record SELU() implements ElementwiseActivation {

  private static final double SCALE = 1.0507009873554804934193349852946;

  @Override
  public void value(INDArray x, Scratch scratch) {
    selu(atMost(x, limit(x.dataType(), SCALE), x));
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    seluDerivative(x);
  }

  @Override
  public String matchingWeightInit() {
    return "lecun_normal";
  }

  /** Makes {@link SELU} by the name {@code selu}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "selu",
          "ELU scaled so that activations keep mean 0 and variance 1",
          "https://arxiv.org/abs/1706.02515");
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new SELU();
    }
  }
}
