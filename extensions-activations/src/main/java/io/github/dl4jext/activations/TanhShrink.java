package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.tanh;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Tanh shrink: {@code f(x) = x - tanh(x)}.
 *
 * <p>Pulls small values towards zero (x^3 / 3 near it) and large ones by 1; used in sparse coding.
 *
 * <p><b>Derivative.</b> {@code f'(x) = tanh(x)^2}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN. Near zero the difference of two
 * nearly equal numbers has an absolute error of the type's epsilon times |x|.
 *
 * <p><b>Check.</b> f(1) = 0.2384058440, f'(1) = 0.5800256584.
 *
 * @see <a href="https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html">PyTorch's
 *     Tanhshrink</a>
 */
public record TanhShrink() implements ElementwiseActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "tanh_shrink")
          .summary("x - tanh(x)")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html")
          .madeBy(a -> new TanhShrink());

  @Override
  public void value(INDArray x, Scratch scratch) {
    x.subi(tanh(x, scratch.array(0)));
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    tanh(x, x).muli(x);
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TanhShrink read(Arguments json) {
    return (TanhShrink) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
