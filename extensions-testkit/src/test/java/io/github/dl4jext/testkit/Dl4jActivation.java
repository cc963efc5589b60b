package io.github.dl4jext.testkit;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Wrong activations, most of them DL4J's own, as a plugin that the contract is held against. */
@SuppressWarnings("rawtypes") // a service is named by its raw type
@AutoService(Plugin.class)
public final class Dl4jActivation implements Plugin<IActivation> {

  private static final Map<String, Supplier<IActivation>> WRONG =
      Map.of(
          "mish", ActivationMish::new,
          "swish", ActivationSwish::new,
          "gelu", ActivationGELU::new,
          "precise gelu", () -> new ActivationGELU(true),
          "rrelu", ActivationRReLU::new,
          "elu(0.5)", () -> new ActivationELU(0.5),
          "softplus", ActivationSoftPlus::new,
          "tanh", ActivationTanH::new,
          "copying cube", Copying::new);

  private static final Parameter<String> WHICH =
      Parameter.text("which").orElse("mish").doc("key of the wrong activation");

  /** Correct numbers, but not in place. */
  static final class Copying extends ActivationCube {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return super.getActivation(in.dup(), training);
    }
  }

  @Override
  public Class<IActivation> kind() {
    return IActivation.class;
  }

  @Override
  public String name() {
    return "of_the_host";
  }

  @Override
  public String summary() {
    return "an activation that breaks the contract";
  }

  @Override
  public URI reference() {
    return URI.create("https://github.com/deeplearning4j/deeplearning4j");
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(WHICH);
  }

  @Override
  public IActivation create(Arguments arguments) {
    return WRONG.get(arguments.get(WHICH)).get();
  }
}
