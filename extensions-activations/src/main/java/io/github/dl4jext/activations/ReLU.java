package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.isPositive;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rectified linear unit: {@code f(x) = max(x, 0)}.
 *
 * <p>The cheapest activation, and a good default for shallow networks; units whose input is always
 * negative learn no more.
 *
 * <p><b>Derivative.</b> 1 for x &gt; 0, else 0; at the corner 0, as in PyTorch and TensorFlow.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> f(-2) = 0, f(3) = 3, f'(3) = 1.
 *
 * @see <a href="https://proceedings.mlr.press/v15/glorot11a.html">Glorot, Bordes, Bengio (2011)</a>
 */
public record ReLU() implements ElementwiseActivation {

  @Override
  public void value(INDArray x, Scratch scratch) {
    atLeast(x, 0, x);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    isPositive(x, x);
  }

  @Override
  public String matchingWeightInit() {
    return "he_normal";
  }

  /** Makes {@link ReLU} by the name {@code relu}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "relu",
          "max(x, 0)",
          "https://proceedings.mlr.press/v15/glorot11a.html");
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new ReLU();
    }
  }
}
