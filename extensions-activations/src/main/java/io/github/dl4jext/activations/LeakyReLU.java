package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

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
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> With alpha 0.2: f(-3) = -0.6, f'(-3) = 0.2.
 *
 * <p><b>Departs from Keras.</b> Its default slope is 0.2 or 0.3, according to the version;
 * PyTorch's is 0.01.
 *
 * @param alpha slope below zero, in {@code (0, 1]}
 * @see <a href="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf">Maas, Hannun,
 *     Ng (2013)</a>
 */
@FieldsInJson
public record LeakyReLU(double alpha) implements VectorizedActivation {

  public static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, 1]").orElse(0.01).doc("slope below zero");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "leaky_relu")
          .summary("x, or alpha x below zero")
          .from("https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf")
          .taking(ALPHA)
          .madeBy(a -> new LeakyReLU(a.get(ALPHA)));

  public LeakyReLU {
    TECHNIQUE.check(ALPHA, alpha).done();
  }

  /** Takes the default, an alpha of 0.01. */
  public LeakyReLU() {
    this(ALPHA.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0) + alpha * Math.min(x[i], 0);
      }
    };
  }

  @Override
  public @Nullable FloatFormula floatFunction() {
    if (alpha < Float.MIN_NORMAL) {
      return null;
    }
    float slope = (float) alpha;
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0) + slope * Math.min(x[i], 0);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(step(x[i]), alpha);
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LeakyReLU read(Arguments json) {
    return (LeakyReLU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
