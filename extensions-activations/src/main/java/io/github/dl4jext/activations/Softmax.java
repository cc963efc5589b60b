package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * Makes DL4J's {@link ActivationSoftmax} by name: {@code f(x)_i = exp(x_i) / sum_j exp(x_j)} along
 * the last axis.
 *
 * <p>DL4J's class is correct for outputs, which are computed as rows, one for each example or step,
 * and DL4J's losses check for exactly this class. In a hidden layer of rank 3 or 4, where DL4J has
 * the features in axis 1, the last axis is that of time or of columns.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's softmax</a>
 */
public final class Softmax {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "softmax")
          .summary("exp(x) over the sum of exp(x) along the last axis, DL4J's own class")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new ActivationSoftmax());

  private Softmax() {}

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
