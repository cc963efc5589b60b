package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Makes DL4J's {@link ActivationIdentity} by name: {@code f(x) = x}.
 *
 * <p>DL4J's class is correct, and both DL4J and folding check for exactly this class.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's linear</a>
 */
public final class Linear {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "linear")
          .summary("x itself, DL4J's own class")
          .from("https://keras.io/api/layers/activations/")
          .alsoNamed("identity")
          .madeBy(a -> new ActivationIdentity());

  private Linear() {}

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
