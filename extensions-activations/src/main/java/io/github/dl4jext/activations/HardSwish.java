package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.clip;
import static io.github.dl4jext.activations.InPlace.isAbove;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Hard swish: {@code f(x) = x min(max(x + 3, 0), 6) / 6}.
 *
 * <p>Nearly Swish without an exponential; made for mobile networks.
 *
 * <p><b>Derivative.</b> 0 for x &lt;= -3, 1 for x &gt; 3, else {@code (2 x + 3) / 6}.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, float or double; overwrites its input, as the
 * host requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(3) = 1.5 and right of it 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 0.6666666667, f'(1) = 0.8333333333.
 *
 * @see <a href="https://arxiv.org/abs/1905.02244">Howard et al. (2019)</a>
 */
public record HardSwish() implements ElementwiseActivation {

  @Override
  public void value(INDArray x, Scratch scratch) {
    INDArray gate = clip(x.addi(3, scratch.array(0)), 0, 6, scratch.array(0)).divi(6);
    atLeast(x, -3, x).muli(gate);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    INDArray above = isAbove(x, 3, scratch.array(0));
    INDArray inside = isAbove(x, -3, scratch.array(1));
    // at 3 the parabola has slope 1.5, half more than the line that follows
    clip(x, -3, 3, x).muli(2).addi(3).divi(6).subi(above.muli(0.5)).muli(inside);
  }

  @Override
  public String matchingWeightInit() {
    return "he_normal";
  }

  /** Makes {@link HardSwish} by the name {@code hard_swish}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IActivation> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IActivation.class,
          "hard_swish",
          "x min(max(x + 3, 0), 6) / 6: Swish in pieces of a parabola",
          "https://arxiv.org/abs/1905.02244");
    }

    @Override
    public IActivation create(Arguments arguments) {
      return new HardSwish();
    }
  }
}
