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
 * Parametric ReLU: passes positive inputs on, and multiplies negative ones by a slope that is
 * learnt.
 *
 * <p><b>Formula.</b> {@code y = x} for x &gt; 0, else {@code a x}, with the slope a of the
 * element's feature.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>alpha</td><td>the value that slopes begin with</td><td>finite</td><td>0.25, as in the
 * paper and PyTorch; Keras's and DL4J's is 0</td></tr>
 * <tr><td>slopes</td><td>which elements have separate slopes</td><td>{@link Slopes}</td><td>each feature,
 * the same at all positions and time steps</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes</td></tr>
 * <tr><td>sizes</td><td>how long each axis is, where each element has a slope</td><td>at least
 * 1</td><td>as the network's input type says</td></tr></table>
 *
 * <p>PyTorch's {@code PReLU(C)} is the default, its {@code PReLU()} has one slope: {@code
 * Slopes.LAYER}. Keras's {@code PReLU(shared_axes=[1, 2])} is the default with alpha 0, its {@code
 * PReLU()} has {@code Slopes.ELEMENT}.
 *
 * <p><b>Derivative.</b> {@code dx = dy} for x &gt; 0, else {@code a dy}; {@code da} is the sum of
 * {@code x dy} over all x &le; 0 with this slope.
 *
 * <p><b>Shape and type.</b> {@code [N, C]}, {@code [N, C, T]}, {@code [N, C, H, W]}, {@code [N, C,
 * D, H, W]}, also with features last; the output has the shape of the input. The slopes are the
 * parameter {@code alpha}, a vector in the order features, depth, height, width. Nothing decays or
 * constrains them that is meant for weights or biases: the paper warns of it, since decay draws
 * slopes to 0, and PReLU to ReLU. It computes in double and stores the network's type.
 *
 * <p><b>Masks.</b> What is masked has no part in the slopes' gradient, gets no gradient, and is 0
 * in the output.
 *
 * <p><b>Edges.</b> NaN stays NaN. At 0 the slope counts, as in PyTorch. An alpha of 1 begins as the
 * identity, of 0 as ReLU.
 *
 * <p>With the defaults -2 becomes -0.5, and a gradient of 1 there moves the slope by -2.
 *
 * <p><b>Weights before it.</b> He's initialiser with a slope, {@code he_normal(slope=0.25)}, keeps
 * the variance; plain {@code he_normal} is off by 6 %.
 *
 * <p><b>Departs from DL4J's</b> {@code PReLULayer}, which writes over its input when it predicts,
 * has l1 and l2 of the network draw slopes to 0, and wants sequences of one length.
 *
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), Delving Deep into
 *     Rectifiers</a>
 */
public final class PReLU extends ShapeKeepingLayer implements ComputesAs {

  private static final long serialVersionUID = 1L;

  /** What has a slope of its own. */
  public enum Slopes {
    /** Each feature: a unit of a dense or recurrent layer, a channel of an image. */
    FEATURE,
    /** Each element of an example, time steps excepted. */
    ELEMENT,
    /** The layer as a whole. */
    LAYER
  }

  /** The value that slopes begin with. */
  public static final Parameter<Double> ALPHA =
      Parameter.number("alpha").orElse(0.25).doc("the value that slopes begin with");

  /** What has a slope of its own. */
  public static final Parameter<Slopes> SLOPES =
      Parameter.choice("slopes", Slopes.class)
          .orElse(Slopes.FEATURE)
          .doc("which elements have separate slopes");

  /** How long each axis is, where each element has a slope. */
  public static final Parameter<Optional<List<Integer>>> SIZES = NormalizedAxes.SIZES;

  /** Whether features are the last axis. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "prelu")
          .summary("x, or below zero x times a slope that is learnt")
          .from("https://arxiv.org/abs/1502.01852")
          .taking(ALPHA, SLOPES, SIZES, FEATURES_LAST)
          .madeBy(PReLU::new);

  /** Begins each feature's slope at 0.25. */
  public PReLU() {
    this(Arguments.none());
  }

  /**
   * Begins each feature's slope at a value.
   *
   * @param alpha the value
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
   * Takes another value for a parameter.
   *
   * @param parameter one of this class
   * @param value its value
   * @param <V> its type
   * @return another layer, which is as this one else
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer cannot take it
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

  /** Finds it by name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
