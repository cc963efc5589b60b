package io.github.dl4jext.layers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Multiplies its input by a number and adds another, so that the scaling of pixels is part of the
 * network and saved with it. {@link #preProcessor()} rescales data instead.
 *
 * <p><b>Formula.</b> {@code y = scale x + offset}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>scale</td><td>a factor</td><td>finite</td><td>required</td></tr>
 * <tr><td>offset</td><td>a summand</td><td>finite</td><td>0</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code dx = scale dy}.
 *
 * <p><b>Shape and type.</b> Inputs may have any shape, and the output has the same; there are no
 * parameters. {@link #preProcessor()} converts data of integers to float.
 *
 * <p><b>Edges.</b> With scale 0, all outputs are the offset. Masked time steps are rescaled like
 * all others; the layers above mask them as before.
 *
 * <p><b>Check.</b> {@code new Rescaling(1 / 127.5, -1)} turns pixels from 0 to 255 into numbers
 * from -1 to 1.
 *
 * @see <a href="https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/">
 *     Keras, Rescaling</a>
 */
public final class Rescaling extends PixelLayer {

  private static final long serialVersionUID = 1L;

  /** The factor. */
  public static final Parameter<Double> SCALE = Parameter.number("scale").doc("a factor");

  /** The summand. */
  public static final Parameter<Double> OFFSET =
      Parameter.number("offset").orElse(0).doc("a summand");

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "rescaling")
          .summary("scale x + offset")
          .from("https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/")
          .taking(SCALE, OFFSET)
          .madeBy(Rescaling::new);

  /**
   * Makes a layer that multiplies only.
   *
   * @param scale the factor, finite
   */
  public Rescaling(double scale) {
    this(scale, 0);
  }

  /**
   * Makes a layer that multiplies and adds.
   *
   * @param scale the factor, finite
   * @param offset the summand, which is added to the product; finite
   */
  public Rescaling(double scale, double offset) {
    this(Arguments.of(SCALE, scale).with(OFFSET, offset));
  }

  private Rescaling(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @JsonCreator
  private static Rescaling read(@JsonProperty("arguments") Arguments arguments) {
    return (Rescaling) StoredLayer.restore(TECHNIQUE, arguments);
  }

  /**
   * Makes a preprocessor that rescales the features of data once, instead of in the network at
   * every step.
   *
   * @return a preprocessor for {@code setPreProcessor} of an iterator
   */
  public DataSetPreProcessor preProcessor() {
    return new DataByLayer(clone());
  }

  @Override
  public Rescaling clone() {
    return (Rescaling) super.clone();
  }

  @Override
  Technique<Layer> technique() {
    return TECHNIQUE;
  }

  @Override
  public InputType getOutputType(int index, @Nullable InputType input) {
    if (input == null) {
      throw new IllegalStateException(this + " must get an input, was given null");
    }
    return input;
  }

  @Override
  long[] outputShape(INDArray input) {
    return input.shape();
  }

  @Override
  void forward(INDArray input, INDArray output) {
    input.muli(get(SCALE), output).addi(get(OFFSET));
  }

  @Override
  void backward(INDArray outer, INDArray inner) {
    outer.muli(get(SCALE), inner);
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
