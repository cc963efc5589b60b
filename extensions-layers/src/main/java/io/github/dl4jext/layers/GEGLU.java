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
 * Lets one projection of the input, as GELU, gate another.
 *
 * <p><b>Formula.</b> {@code y = gelu(x W + b) * (x V + c)}, element by element, with gelu(z) = z
 * P(Z &lt;= z) for a standard normal Z.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>nOut</td><td>the number of outputs</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>bias</td><td>whether both projections have a bias</td><td></td><td>true</td></tr></table>
 *
 * <p><b>Derivative.</b> With z = x W + b: {@code dz = dy (x V + c) (P(Z &lt;= z) + z exp(-z^2 / 2)
 * / sqrt(2 pi))}; the gradient of {@code x V + c} is {@code dy gelu(z)}.
 *
 * <p><b>Shape and type.</b> Rows of nIn numbers give rows of nOut numbers. If the network's input
 * type is set, sequences and images become rows, as for a dense layer: each time step is a row, and
 * so is each image. The parameters are the weights W of the gate and V of the value, [nIn, nOut]
 * each, and the biases b and c. They are initialised as the network's other weights and biases are.
 * The layer computes in the network's type.
 *
 * <p><b>Masks.</b> Masked time steps are 0 in the output and get no gradient.
 *
 * <p><b>Edges.</b> Far below 0 the gate keeps its relative precision, as it is computed from erfc.
 *
 * <p><b>Check.</b> With x W + b = 1 and x V + c = 2, y is 1.6827.
 *
 * <p>The GELU is exact, not the approximation by tanh; PyTorch's is exact by default, too.
 *
 * @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, GLU Variants Improve Transformer</a>
 */
public final class GEGLU extends GatedLayer {

  private static final long serialVersionUID = 1L;

  /** The number of outputs. */
  public static final Parameter<Integer> NOUT = GatedLayer.UNITS;

  /** Whether both projections have a bias. */
  public static final Parameter<Boolean> BIAS = GatedLayer.WITH_BIAS;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "geglu")
          .summary("gelu(x W + b) times (x V + c)")
          .from("https://arxiv.org/abs/2002.05202")
          .taking(NOUT, BIAS)
          .madeBy(a -> new GEGLU(a.without(NOUT), a.get(NOUT)));

  /** Declares what is stored in {@code arguments}: DL4J stores nOut itself. */
  private static final Technique<Layer> STORED =
      TECHNIQUE.part(Layer.class, BIAS).madeBy(a -> new GEGLU(a, 0));

  /**
   * Makes a layer whose projections have biases.
   *
   * @param nOut the number of outputs, at least 1
   */
  public GEGLU(int nOut) {
    this(Arguments.none(), checked(nOut));
  }

  private GEGLU(Arguments arguments, long nOut) {
    super(STORED, arguments, nOut);
  }

  private static int checked(int nOut) {
    TECHNIQUE.check(NOUT, nOut).done();
    return nOut;
  }

  @JsonCreator
  private static GEGLU read(@JsonProperty("arguments") Arguments arguments) {
    return (GEGLU) StoredLayer.restore(STORED, arguments);
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
  public <V> GEGLU with(Parameter<V> parameter, V value) {
    return having(parameter, value);
  }

  @Override
  Technique<Layer> technique() {
    return STORED;
  }

  @Override
  GateFunction gate() {
    return GateFunction.GELU;
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
