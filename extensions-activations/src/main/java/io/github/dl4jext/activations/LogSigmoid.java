package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.abs;
import static io.github.dl4jext.activations.InPlace.atMost;
import static io.github.dl4jext.activations.InPlace.exp;
import static io.github.dl4jext.activations.InPlace.log1p;
import static io.github.dl4jext.activations.InPlace.sigmoid;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Logarithm of the sigmoid: {@code f(x) = ln(1 / (1 + exp(-x)))}.
 *
 * <p>For log probabilities: taking sigmoid and logarithm one after the other gives -inf where this
 * still has all its digits.
 *
 * <p>Computed as {@code min(x, 0) - log1p(exp(-|x|))}.
 *
 * <p><b>Derivative.</b> {@code f'(x) = sigmoid(-x)}.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = 0. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = -0.3132616875, f'(1) = 0.2689414214.
 *
 * @see <a href="https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html">PyTorch's
 *     LogSigmoid</a>
 */
public record LogSigmoid() implements ElementwiseActivation {

  @Override
  public void value(INDArray x, Scratch scratch) {
    INDArray tail = log1p(exp(abs(x, scratch.array(0)).negi()));
    atMost(x, 0, x).subi(tail);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    sigmoid(x.negi(), x);
  }

  @Override
  public String matchingWeightInit() {
    return "glorot_uniform";
  }

  /** Makes {@link LogSigmoid} by the name {@code log_sigmoid}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "log_sigmoid",
          "ln(sigmoid(x)) = -softplus(-x)",
          "https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html");
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new LogSigmoid();
    }
  }
}
