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
 * Resizes images to a height and a width, so that a network trained on images of one size accepts
 * images of another. {@link #preProcessor()} does the same to data.
 *
 * <p><b>Formula.</b> The centre of new row i lies at {@code (i + 1/2) old / new - 1/2} among the
 * centres of old rows, that of a column likewise. {@code nearest} takes the pixel in which the
 * centre lies; {@code bilinear} the mean of the pixels around it, weighted by how near each is; on
 * the edge the last pixel stands for what is beyond.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>height</td><td>new height, in pixels</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>width</td><td>new width, in pixels</td><td>at least 1</td><td>required</td></tr>
 * <tr><td>interpolation</td><td>how pixels are computed from those of the original</td><td>{@link
 * PixelInterpolation}</td><td>bilinear</td></tr>
 * <tr><td>featuresLast</td><td>whether channels are the last axis</td><td></td><td>as the network's
 * input type says, else false</td></tr></table>
 *
 * <p><b>Derivative.</b> A pixel's gradient is the sum of those of the new pixels that it is part
 * of, by the same weights.
 *
 * <p><b>Shape and type.</b> {@code [N, C, H, W]} or {@code [N, H, W, C]} of floating point; no
 * parameters. It computes in double. Data of whole numbers become floats.
 *
 * <p><b>Edges.</b> Much smaller images alias, as nothing is smoothed before. The size that images
 * have is the same to itself: not a bit changes. Masks of positions are refused.
 *
 * <p>The row (0, 1) resized to a width of 4 is (0, 0.25, 0.75, 1).
 *
 * <p>As Keras's {@code Resizing}, and PyTorch's {@code interpolate} with {@code bilinear} and
 * {@code align_corners=False} or {@code nearest-exact}.
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

  /** How pixels follow from those that were there. */
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
   * Takes the new size.
   *
   * @param height in pixels
   * @param width in pixels
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
   * Takes another value for a parameter.
   *
   * @param parameter one of this class
   * @param value its value
   * @param <V> its type
   * @return another layer, which is as this one else
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer cannot take it
   */
  public <V> Resizing with(Parameter<V> parameter, V value) {
    return having(parameter, value);
  }

  /**
   * Does the same to the features of data, once instead of at every step.
   *
   * @return what an iterator takes by {@code setPreProcessor}
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

  /** Finds it by name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
