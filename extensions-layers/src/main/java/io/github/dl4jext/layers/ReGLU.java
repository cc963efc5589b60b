package io.github.dl4jext.layers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Lets one projection of the input, as ReLU, gate another.
 *
 * <p><b>Formula.</b> {@code y = relu(x W + b) * (x V + c)}, element by element, with relu(z) =
 * max(z, 0).
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>nOut</td><td>the number of outputs</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>bias</td><td>whether there are b and c</td><td></td><td>true</td></tr></table>
 *
 * <p><b>Derivative.</b> With z = x W + b: {@code dz = dy (x V + c) (1 if z &gt; 0, else 0)}; by
 * {@code x V + c} it is {@code dy relu(z)}.
 *
 * <p><b>Shape and type.</b> Rows of nIn numbers give rows of nOut. Series and images become rows
 * where the network's input type is set, as for a dense layer: each time step is a row, an image is
 * one. Parameters are the weights W of the gate and V of the value, [nIn, nOut] each, initialised
 * as the network's weights are, and the biases b and c, which begin as its biases do. It computes
 * in the network's type.
 *
 * <p><b>Masks.</b> Masked steps are 0 in the output and get no gradient.
 *
 * <p><b>Edges.</b> The slope at 0 is 0. Where z is below 0 neither projection learns.
 *
 * <p>With x W + b = 1 and x V + c = 2 it is 2.
 *
 * <p>It departs from the paper in nothing.
 *
 * @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, GLU Variants Improve Transformer</a>
 */
public final class ReGLU extends GatedLayer {

  private static final long serialVersionUID = 1L;

  /** How many numbers it gives out. */
  public static final Parameter<Integer> NOUT = GatedLayer.UNITS;

  /** Whether both projections have a bias. */
  public static final Parameter<Boolean> BIAS = GatedLayer.WITH_BIAS;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "reglu")
          .summary("relu(x W + b) times (x V + c)")
          .from("https://arxiv.org/abs/2002.05202")
          .taking(NOUT, BIAS)
          .madeBy(a -> new ReGLU(a.without(NOUT), a.get(NOUT)));

  /** What is stored in {@code arguments}: DL4J stores nOut itself. */
  private static final Technique<Layer> STORED =
      TECHNIQUE.part(Layer.class, BIAS).madeBy(a -> new ReGLU(a, 0));

  /**
   * Makes units with biases.
   *
   * @param nOut the number of outputs
   */
  public ReGLU(int nOut) {
    this(Arguments.none(), checked(nOut));
  }

  private ReGLU(Arguments arguments, long nOut) {
    super(STORED, arguments, nOut);
  }

  private static int checked(int nOut) {
    TECHNIQUE.check(NOUT, nOut).done();
    return nOut;
  }

  @JsonCreator
  private static ReGLU read(@JsonProperty("arguments") Arguments arguments) {
    return (ReGLU) StoredLayer.restore(STORED, arguments);
  }

  /**
   * Takes another value for a parameter but nOut.
   *
   * @param parameter one of this class
   * @param value its value
   * @param <V> its type
   * @return another layer, which is as this one else
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer cannot take it
   */
  public <V> ReGLU with(Parameter<V> parameter, V value) {
    return having(parameter, value);
  }

  @Override
  Technique<Layer> technique() {
    return STORED;
  }

  @Override
  GateFunction gate() {
    return GateFunction.RELU;
  }

  /** Finds it by name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
