package io.github.dl4jext.layers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutionalFlat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Resizes images to a height and a width, so that a network that was trained on images of one size
 * accepts images of another. {@link #preProcessor()} resizes data instead.
 *
 * <p><b>Formula.</b> The centre of the new row i lies at {@code (i + 1/2) old / new - 1/2}, where
 * the centres of the old rows lie at 0, 1, 2 and so on; columns likewise. {@code nearest} takes the
 * pixel in which the centre of the new pixel lies. {@code bilinear} takes the mean of the four
 * pixels around it, weighted by how near each is; beyond the edge, the outermost pixel is repeated.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>height</td><td>new height, in pixels</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>width</td><td>new width, in pixels</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>interpolation</td><td>how pixels are computed from those of the original</td><td>{@link
 * PixelInterpolation}</td><td>bilinear</td></tr>
 * <tr><td>featuresLast</td><td>whether channels are the last axis</td><td></td><td>as the network's
 * input type says; false if there is none</td></tr></table>
 *
 * <p><b>Derivative.</b> The gradient of a pixel is the sum of the gradients of the new pixels to
 * which it contributes, with the same weights.
 *
 * <p><b>Shape and type.</b> The input is {@code [N, C, H, W]} or {@code [N, H, W, C]}, of floating
 * point; there are no parameters. The layer computes in double. {@link #preProcessor()} converts
 * data of integers to float.
 *
 * <p><b>Edges.</b> Images that become much smaller show aliasing, because they are not smoothed
 * first. Images that have the new size already are not changed in a single bit. Masks of positions
 * are refused.
 *
 * <p><b>Check.</b> The row (0, 1), resized to a width of 4, is (0, 0.25, 0.75, 1).
 *
 * <p>It computes the same as Keras's {@code Resizing}, and as PyTorch's {@code interpolate} with
 * {@code bilinear} and {@code align_corners=False}, or with {@code nearest-exact}.
 *
 * @see <a href="https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/">
 *     Keras, Resizing</a>
 */
public final class Resizing extends PixelLayer {

  private static final long serialVersionUID = 1L;

  /** The new height. */
  public static final Parameter<Integer> HEIGHT =
      Parameter.integer("height").in("[1, inf)").doc("new height, in pixels");

  /** The new width. */
  public static final Parameter<Integer> WIDTH =
      Parameter.integer("width").in("[1, inf)").doc("new width, in pixels");

  /** How the new pixels are computed from those of the original. */
  public static final Parameter<PixelInterpolation> INTERPOLATION =
      Parameter.choice("interpolation", PixelInterpolation.class)
          .orElse(PixelInterpolation.BILINEAR)
          .doc("how pixels are computed from those of the original");

  /** Whether channels are the last axis. */
  public static final Parameter<Boolean> FEATURES_LAST =
      Parameter.flag("featuresLast")
          .orElse(false)
          .doc("whether channels are the last axis; the network's input type says so");

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "resizing")
          .summary(
              "resizes images to another height and width, by the nearest pixels or bilinearly")
          .from("https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/")
          .taking(HEIGHT, WIDTH, INTERPOLATION, FEATURES_LAST)
          .madeBy(Resizing::new);

  /**
   * Makes a layer that resizes bilinearly.
   *
   * @param height the new height in pixels, at least 1
   * @param width the new width in pixels, at least 1
   */
  public Resizing(int height, int width) {
    this(Arguments.of(HEIGHT, height).with(WIDTH, width));
  }

  private Resizing(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @JsonCreator
  private static Resizing read(@JsonProperty("arguments") Arguments arguments) {
    return (Resizing) StoredLayer.restore(TECHNIQUE, arguments);
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
  public <V> Resizing with(Parameter<V> parameter, V value) {
    return having(parameter, value);
  }

  /**
   * Makes a preprocessor that resizes the features of data once, instead of in the network at every
   * step.
   *
   * @return a preprocessor for {@code setPreProcessor} of an iterator
   */
  public DataSetPreProcessor preProcessor() {
    return new DataByLayer(clone());
  }

  @Override
  public Resizing clone() {
    return (Resizing) super.clone();
  }

  @Override
  Technique<Layer> technique() {
    return TECHNIQUE;
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    InputTypeConvolutional image = image(input);
    return InputType.convolutional(get(HEIGHT), get(WIDTH), image.getChannels(), image.getFormat());
  }

  private InputTypeConvolutional image(@Nullable InputType input) {
    if (input instanceof InputTypeConvolutional image) {
      return image;
    }
    throw new IllegalStateException(this + " must get images, was given " + input);
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    set(FEATURES_LAST, image(input).getFormat() == CNN2DFormat.NHWC);
  }

  @Override
  public @Nullable InputPreProcessor getPreProcessorForInputType(@Nullable InputType input) {
    return input instanceof InputTypeConvolutionalFlat flat
        ? new FeedForwardToCnnPreProcessor(flat.getHeight(), flat.getWidth(), flat.getDepth())
        : null;
  }

  @Override
  long[] outputShape(INDArray input) {
    if (input.rank() != 4) {
      throw new DL4JInvalidInputException(
          this + " must get images of 4 dimensions, was given " + Arrays.toString(input.shape()));
    }
    boolean last = get(FEATURES_LAST);
    return last
        ? new long[] {input.size(0), get(HEIGHT), get(WIDTH), input.size(3)}
        : new long[] {input.size(0), input.size(1), get(HEIGHT), get(WIDTH)};
  }

  private Resampling resampling(INDArray images) {
    return new Resampling(
        images.shape(), get(FEATURES_LAST), get(HEIGHT), get(WIDTH), get(INTERPOLATION));
  }

  @Override
  void forward(INDArray input, INDArray output) {
    resampling(input).forward(input, output);
  }

  @Override
  void backward(INDArray outer, INDArray inner) {
    resampling(inner).backward(outer, inner);
  }

  @Override
  void checkMask(INDArray mask) {
    if (LongStream.of(mask.shape()).skip(1).anyMatch(size -> size != 1)) {
      throw new IllegalArgumentException(
          this
              + " cannot resize a mask of positions, which was "
              + Arrays.toString(mask.shape())
              + "; resize images and masks before training");
    }
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
