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
 * Lets one projection of the input, as swish, gate another: the hidden layer of most of today's
 * transformers.
 *
 * <p><b>Formula.</b> {@code y = swish(x W + b) * (x V + c)}, element by element, with swish(z) = z
 * / (1 + exp(-beta z)).
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>nOut</td><td>the number of outputs</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>beta</td><td>steepness of the gate</td><td>at least 0</td><td>1</td></tr>
 * <tr><td>bias</td><td>whether both projections have a bias</td><td></td><td>true</td></tr></table>
 *
 * <p><b>Derivative.</b> With z = x W + b: {@code dz = dy (x V + c) (s + beta z s (1 - s))} with
 * {@code s = sigmoid(beta z)}; the gradient of {@code x V + c} is {@code dy swish(z)}.
 *
 * <p><b>Shape and type.</b> Rows of nIn numbers give rows of nOut numbers. If the network's input
 * type is set, sequences and images become rows, as for a dense layer: each time step is a row, and
 * so is each image. The parameters are the weights W of the gate and V of the value, [nIn, nOut]
 * each, and the biases b and c. They are initialised as the network's other weights and biases are.
 * The layer computes in the network's type.
 *
 * <p><b>Masks.</b> Masked time steps are 0 in the output and get no gradient.
 *
 * <p><b>Edges.</b> With beta 0, the output is half the product of the projections.
 *
 * <p><b>Check.</b> With x W + b = 1, x V + c = 2 and beta 1, y is 1.4621.
 *
 * <p>Transformers use it without biases: {@code with(SwiGLU.BIAS, false)}.
 *
 * @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, GLU Variants Improve Transformer</a>
 */
public final class SwiGLU extends GatedLayer {

  private static final long serialVersionUID = 1L;

  /** The number of outputs. */
  public static final Parameter<Integer> NOUT = GatedLayer.UNITS;

  /** The steepness of the gate. */
  public static final Parameter<Double> BETA =
      Parameter.number("beta").in("[0, inf)").orElse(1).doc("steepness of the gate");

  /** Whether both projections have a bias. */
  public static final Parameter<Boolean> BIAS = GatedLayer.WITH_BIAS;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "swiglu")
          .summary("swish(x W + b) times (x V + c)")
          .from("https://arxiv.org/abs/2002.05202")
          .taking(NOUT, BETA, BIAS)
          .madeBy(a -> new SwiGLU(a.without(NOUT), a.get(NOUT)));

  /** Declares what is stored in {@code arguments}: DL4J stores nOut itself. */
  private static final Technique<Layer> STORED =
      TECHNIQUE.part(Layer.class, BETA, BIAS).madeBy(a -> new SwiGLU(a, 0));

  /**
   * Makes a layer whose projections have biases.
   *
   * @param nOut the number of outputs, at least 1
   */
  public SwiGLU(int nOut) {
    this(Arguments.none(), checked(nOut));
  }

  /**
   * Makes a layer whose projections have biases.
   *
   * @param nOut the number of outputs, at least 1
   * @param beta steepness of the gate, at least 0
   */
  public SwiGLU(int nOut, double beta) {
    this(Arguments.of(BETA, beta), checked(nOut));
  }

  private SwiGLU(Arguments arguments, long nOut) {
    super(STORED, arguments, nOut);
  }

  private static int checked(int nOut) {
    TECHNIQUE.check(NOUT, nOut).done();
    return nOut;
  }

  @JsonCreator
  private static SwiGLU read(@JsonProperty("arguments") Arguments arguments) {
    return (SwiGLU) StoredLayer.restore(STORED, arguments);
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
  public <V> SwiGLU with(Parameter<V> parameter, V value) {
    return having(parameter, value);
  }

  @Override
  Technique<Layer> technique() {
    return STORED;
  }

  @Override
  GateFunction gate() {
    return GateFunction.swish(get(BETA));
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
