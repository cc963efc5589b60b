package io.github.dl4jext.layers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.ComputesAs;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Passes positive inputs on, and multiplies negative ones by a slope that is learnt (parametric
 * ReLU).
 *
 * <p><b>Formula.</b> {@code y = x} for x &gt; 0, else {@code a x}, where a is the slope that
 * belongs to the element.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>alpha</td><td>the initial value of the slopes</td><td>finite</td><td>0.25, as in the
 * paper and PyTorch; Keras's and DL4J's is 0</td></tr>
 * <tr><td>slopes</td><td>which elements have separate slopes</td><td>{@link Slopes}</td><td>one
 * slope for each feature, the same at all positions and time steps</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes</td></tr>
 * <tr><td>sizes</td><td>the length of each axis, if each element has a slope of its own</td><td>at
 * least
 * 1</td><td>as the network's input type says</td></tr></table>
 *
 * <p>PyTorch's {@code PReLU(C)} is the default here, and its {@code PReLU()} has one slope: {@code
 * Slopes.LAYER}. Keras's {@code PReLU(shared_axes=[1, 2])} is the default here with alpha 0, and
 * its {@code PReLU()} has {@code Slopes.ELEMENT} with alpha 0.
 *
 * <p><b>Derivative.</b> {@code dx = dy} for x &gt; 0, else {@code a dy}; {@code da} is the sum of
 * {@code x dy} over all elements with this slope and x &le; 0.
 *
 * <p><b>Shape and type.</b> {@code [N, C]}, {@code [N, C, T]}, {@code [N, C, H, W]}, {@code [N, C,
 * D, H, W]}, or the same with features last; the output has the shape of the input. The slopes are
 * the parameter {@code alpha}, a vector in the order features, depth, height, width. The decay and
 * constraints that are set for weights or biases do not apply to them. The paper warns against
 * decay, since it pulls the slopes to 0 and thereby turns PReLU into ReLU. The layer computes in
 * double and stores its results in the network's type.
 *
 * <p><b>Masks.</b> Masked elements do not contribute to the slopes' gradient, get no gradient, and
 * are 0 in the output.
 *
 * <p><b>Edges.</b> NaN stays NaN. The derivative at 0 is the slope, as in PyTorch. With alpha 1 the
 * layer begins as the identity, and with alpha 0 as ReLU.
 *
 * <p><b>Check.</b> With the defaults, -2 becomes -0.5, and a gradient of 1 there gives the slope a
 * gradient of -2.
 *
 * <p><b>Initialiser of the layer before it.</b> He's initialiser with the slope, {@code
 * he_normal(slope=0.25)}, keeps the variance; plain {@code he_normal} is off by 6 %.
 *
 * <p><b>Departs from DL4J's</b> {@code PReLULayer}, which overwrites its input when it predicts,
 * lets the network's l1 and l2 pull slopes to 0, and requires sequences of one length.
 *
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), Delving Deep into
 *     Rectifiers</a>
 */
public final class PReLU extends ShapeKeepingLayer implements ComputesAs {

  private static final long serialVersionUID = 1L;

  /** Which elements have separate slopes. */
  public enum Slopes {
    /** Each feature has a slope: a unit of a dense or recurrent layer, or a channel of an image. */
    FEATURE,
    /** Each element of an example has a slope, which is the same at all time steps. */
    ELEMENT,
    /** The layer has one slope. */
    LAYER
  }

  /** The initial value of the slopes. */
  public static final Parameter<Double> ALPHA =
      Parameter.number("alpha").orElse(0.25).doc("the value that slopes begin with");

  /** Which elements have separate slopes. */
  public static final Parameter<Slopes> SLOPES =
      Parameter.choice("slopes", Slopes.class)
          .orElse(Slopes.FEATURE)
          .doc("which elements have separate slopes");

  /** The length of each axis, if each element has a slope of its own. */
  public static final Parameter<Optional<List<Integer>>> SIZES = NormalizedAxes.SIZES;

  /** Whether features are the last axis of the input. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "prelu")
          .summary("x, or below zero x times a slope that is learnt")
          .from("https://arxiv.org/abs/1502.01852")
          .taking(ALPHA, SLOPES, SIZES, FEATURES_LAST)
          .madeBy(PReLU::new);

  /** Makes a layer with one slope for each feature, initially 0.25. */
  public PReLU() {
    this(Arguments.none());
  }

  /**
   * Makes a layer with one slope for each feature.
   *
   * @param alpha the initial value of the slopes, finite
   */
  public PReLU(double alpha) {
    this(Arguments.of(ALPHA, alpha));
  }

  private PReLU(Arguments arguments) {
    super(TECHNIQUE, arguments);
    check();
  }

  private void check() {
    TECHNIQUE
        .checks()
        .that(
            get(SIZES).isEmpty() || get(SLOPES) == Slopes.ELEMENT,
            "sizes",
            "left out unless slopes=element",
            get(SIZES).orElse(null))
        .done();
  }

  @JsonCreator
  private static PReLU read(@JsonProperty("arguments") Arguments arguments) {
    return (PReLU) StoredLayer.restore(TECHNIQUE, arguments);
  }

  /**
   * Returns a layer with another value for a parameter.
   *
   * @param parameter a parameter of this class
   * @param value its value
   * @param <V> the type of the value
   * @return a new layer that is otherwise the same
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer has no such parameter, or
   *     the value is out of range
   */
  public <V> PReLU with(Parameter<V> parameter, V value) {
    PReLU other = having(parameter, value);
    other.check();
    return other;
  }

  @Override
  Technique<Layer> technique() {
    return TECHNIQUE;
  }

  @Override
  public Class<?> computesAs() {
    return PReLULayer.class;
  }

  /** The axes of an example along which slopes differ. */
  private List<InputAxis> axes(ExampleShape shape) {
    return switch (get(SLOPES)) {
      case FEATURE -> List.of(InputAxis.FEATURES);
      case LAYER -> List.of();
      case ELEMENT -> {
        List<InputAxis> all = new ArrayList<>(List.of(InputAxis.values()));
        all.removeIf(axis -> shape.size(axis).isEmpty());
        yield all;
      }
    };
  }

  @Override
  long places() {
    return switch (get(SLOPES)) {
      case FEATURE -> nIn;
      case LAYER -> 1;
      case ELEMENT ->
          get(SIZES)
              .map(sizes -> sizes.stream().mapToLong(i -> i).reduce(1, Math::multiplyExact))
              .orElse(0L);
    };
  }

  @Override
  Grouping grouping(ExampleShape shape) {
    return NormalizedAxes.grouping(this, axes(shape), get(SIZES), places(), shape);
  }

  @Override
  void fit(ExampleShape shape, boolean override) {
    if (get(SLOPES) == Slopes.ELEMENT) {
      set(SIZES, Optional.of(NormalizedAxes.found(this, axes(shape), get(SIZES), shape, override)));
    }
  }

  @Override
  PReLUAtWork atWork(NeuralNetConfiguration conf, DataType type) {
    return new PReLUAtWork(conf, type);
  }

  @Override
  public ParamInitializer initializer() {
    return SlopesOfPReLU.INSTANCE;
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
