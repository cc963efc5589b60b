package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.ComputesAs;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Batches to compare two networks on, drawn from a seed. */
final class ComparisonInputs {

  /** Enough to be unlike every number of channels that a small network has. */
  static final int EXAMPLES = 23;

  private static final long SEED = 20151104;
  private static final int STEPS = 11;

  private ComparisonInputs() {}

  /** Normal numbers for inputs of these types; sequences without a length have 11 steps. */
  static INDArray[] of(InputType... types) {
    Random random = new Random(SEED);
    return Arrays.stream(types)
        .map(type -> normal(random, batch(type.getShape(true))))
        .toArray(INDArray[]::new);
  }

  private static long[] batch(long[] shape) {
    long[] batch = Arrays.stream(shape).map(size -> size < 1 ? STEPS : size).toArray();
    batch[0] = EXAMPLES;
    return batch;
  }

  private static INDArray normal(Random random, long... shape) {
    int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] numbers = IntStream.range(0, length).mapToDouble(i -> random.nextGaussian()).toArray();
    return Nd4j.createFromArray(numbers).reshape('c', shape);
  }

  /** What can be told from the parts that read the network's inputs. */
  static INDArray of(MutableNode first) {
    if (first.isLayer()) {
      Random random = new Random(SEED);
      InputPreProcessor preProcessor = first.preProcessor();
      Layer layer = first.layer();
      if (preProcessor instanceof FeedForwardToCnnPreProcessor flat) {
        return normal(
            random, EXAMPLES, flat.getInputHeight() * flat.getInputWidth() * flat.getNumChannels());
      }
      if (preProcessor instanceof CnnToFeedForwardPreProcessor image) {
        return of(
            InputType.convolutional(
                image.getInputHeight(),
                image.getInputWidth(),
                image.getNumChannels(),
                image.getFormat()))[0];
      }
      if (preProcessor == null && layer instanceof EmbeddingLayer embedding) {
        double[] indices =
            random.ints(EXAMPLES, 0, (int) embedding.getNIn()).asDoubleStream().toArray();
        return Nd4j.createFromArray(indices).reshape(EXAMPLES, 1);
      }
      if (preProcessor == null && layer instanceof Convolution1DLayer sequence) {
        return of(InputType.recurrent(sequence.getNIn(), sequence.getRnnDataFormat()))[0];
      }
      boolean flat =
          layer instanceof FeedForwardLayer
              && !(layer instanceof ConvolutionLayer)
              && ComputesAs.of(layer).getPackageName().equals(DenseLayer.class.getPackageName());
      if (preProcessor == null && flat) {
        return normal(random, EXAMPLES, ((FeedForwardLayer) layer).getNIn());
      }
    }
    throw new IllegalArgumentException(
        "the shape of the input cannot be derived from "
            + first
            + ": give an InputType or a batch to compare on");
  }

  /** In the type of the network. */
  static INDArray[] in(DataType type, INDArray... inputs) {
    return Arrays.stream(inputs).map(input -> input.castTo(type)).toArray(INDArray[]::new);
  }
}
