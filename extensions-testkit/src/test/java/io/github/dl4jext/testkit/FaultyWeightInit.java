package io.github.dl4jext.testkit;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.net.URI;
import java.util.List;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitLecunUniform;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Normal weights of variance 1 / fan-in, but for one fault. */
record FaultyWeightInit(Fault fault) implements IWeightInit {

  private static final Parameter<Fault> FAULT =
      Parameter.choice("fault", Fault.class).doc("what is wrong");

  /** What is wrong. */
  enum Fault {
    NONE,
    THE_HOSTS,
    SHIFTED,
    OWN_SEED,
    COPIED
  }

  /** Reads it from JSON. */
  @JsonCreator
  FaultyWeightInit(@JsonProperty(value = "fault", required = true) Fault fault) {
    this.fault = fault;
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    if (fault == Fault.OWN_SEED) {
      Nd4j.getRandom().setSeed(1);
    }
    if (fault == Fault.THE_HOSTS) {
      new WeightInitLecunUniform().init(fanIn, fanOut, shape, order, paramView);
    } else {
      Nd4j.randn(paramView).divi(Math.sqrt(fanIn));
    }
    if (fault == Fault.SHIFTED) {
      paramView.addi(0.5 / Math.sqrt(fanIn));
    }
    INDArray weights = paramView.reshape(order, shape);
    return fault == Fault.COPIED ? weights.dup(order) : weights;
  }

  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider implements Plugin<IWeightInit> {

    @Override
    public Class<IWeightInit> kind() {
      return IWeightInit.class;
    }

    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String summary() {
      return "Weights with a fault";
    }

    @Override
    public URI reference() {
      return URI.create("https://example.org/faulty");
    }

    @Override
    public List<Parameter<?>> parameters() {
      return List.of(FAULT);
    }

    @Override
    public IWeightInit create(Arguments arguments) {
      return new FaultyWeightInit(arguments.get(FAULT));
    }
  }
}
