package io.github.dl4jext.testkit;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitLecunUniform;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;

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

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "faulty")
          .summary("Weights with a fault")
          .from("https://example.org/faulty")
          .taking(FAULT)
          .madeBy(a -> new FaultyWeightInit(a.get(FAULT)));

  FaultyWeightInit(Fault fault) {
    this.fault = fault;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static FaultyWeightInit read(Arguments json) {
    return (FaultyWeightInit) TECHNIQUE.restore(json);
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
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
