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
 * <tr><td>bias</td><td>whether both projections have a bias</td><td></td><td>true</td></tr></table>
 *
 * <p><b>Derivative.</b> With z = x W + b: {@code dz = dy (x V + c) (1 if z &gt; 0, else 0)}; the
 * gradient of {@code x V + c} is {@code dy relu(z)}.
 *
 * <p><b>Shape and type.</b> Rows of nIn numbers give rows of nOut numbers. If the network's input
 * type is set, sequences and images become rows, as for a dense layer: each time step is a row, and
 * so is each image. The parameters are the weights W of the gate and V of the value, [nIn, nOut]
 * each, and the biases b and c. They are initialised as the network's other weights and biases are.
 * The layer computes in the network's type.
 *
 * <p><b>Masks.</b> Masked time steps are 0 in the output and get no gradient.
 *
 * <p><b>Edges.</b> The slope of the gate at z = 0 is 0. Where z is 0 or below, neither projection
 * learns.
 *
 * <p><b>Check.</b> With x W + b = 1 and x V + c = 2, y is 2.
 *
 * <p>There are no departures from the paper.
 *
 * @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, GLU Variants Improve Transformer</a>
 */
public final class ReGLU extends GatedLayer {

  private static final long serialVersionUID = 1L;

  /** The number of outputs. */
  public static final Parameter<Integer> NOUT = GatedLayer.UNITS;

  /** Whether both projections have a bias. */
  public static final Parameter<Boolean> BIAS = GatedLayer.WITH_BIAS;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "reglu")
          .summary("relu(x W + b) times (x V + c)")
          .from("https://arxiv.org/abs/2002.05202")
          .taking(NOUT, BIAS)
          .madeBy(a -> new ReGLU(a.without(NOUT), a.get(NOUT)));

  /** Declares what is stored in {@code arguments}: DL4J stores nOut itself. */
  private static final Technique<Layer> STORED =
      TECHNIQUE.part(Layer.class, BIAS).madeBy(a -> new ReGLU(a, 0));

  /**
   * Makes a layer whose projections have biases.
   *
   * @param nOut the number of outputs, at least 1
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
   * Returns a layer with another value for a parameter other than nOut.
   *
   * @param parameter a parameter of this class, except {@link #NOUT}
   * @param value its value
   * @param <V> the type of the value
   * @return a new layer that is otherwise the same
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer has no such parameter, or
   *     the value is out of range
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

  /** Provides this layer by its name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
