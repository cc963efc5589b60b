package io.github.dl4jext.transfer.surgery;

import java.util.Locale;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Gives the layer on top of a network a loss, and leaves the rest of it as it is.
 *
 * @param layer the layer that has the loss, with the parameters of the one before
 * @param preProcessor what comes before it, null if nothing
 */
record LossOnTop(Layer layer, @Nullable InputPreProcessor preProcessor) {

  /**
   * Changes a configuration.
   *
   * @param conf of the layer on top, which gets another one
   * @param preProcessor what comes before it, null if nothing
   * @param gives what it puts out, asked if that matters
   * @throws IllegalArgumentException if the layer cannot have a loss; the message says what to do
   */
  static LossOnTop on(
      NeuralNetConfiguration conf,
      @Nullable InputPreProcessor preProcessor,
      Supplier<InputType> gives,
      ILossFunction loss,
      String name) {
    LossOnTop top = of(conf.getLayer(), preProcessor, gives, loss, name);
    conf.setLayer(top.layer);
    return top;
  }

  private static LossOnTop of(
      Layer layer,
      @Nullable InputPreProcessor preProcessor,
      Supplier<InputType> gives,
      ILossFunction loss,
      String name) {
    if (layer instanceof BaseOutputLayer own) {
      own.setLossFn(loss);
    } else if (layer instanceof LossLayer own) {
      own.setLossFn(loss);
    } else if (layer instanceof RnnLossLayer own) {
      own.setLossFn(loss);
    } else if (layer instanceof CnnLossLayer own) {
      own.setLossFn(loss);
    } else if (layer instanceof DenseLayer dense && !dense.hasLayerNorm()) {
      return preProcessor instanceof RnnToFeedForwardPreProcessor sequences
          ? new LossOnTop(
              like(
                  dense,
                  dense,
                  new RnnOutputLayer.Builder(loss)
                      .dataFormat(sequences.getRnnDataFormat())
                      .build()),
              null)
          : new LossOnTop(like(dense, dense, new OutputLayer.Builder(loss).build()), preProcessor);
    } else if (layer instanceof TimeDistributed each
        && each.getUnderlying() instanceof DenseLayer dense
        && !dense.hasLayerNorm()) {
      return new LossOnTop(
          like(
              each,
              dense,
              new RnnOutputLayer.Builder(loss).dataFormat(each.getRnnDataFormat()).build()),
          preProcessor);
    } else if (layer instanceof ActivationLayer last) {
      return new LossOnTop(activated(last, gives.get(), loss), preProcessor);
    } else {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "withLoss: \"%s\" must be a DenseLayer without layer norm, an ActivationLayer or a"
                  + " layer with a loss, was a %s; add a LossLayer, RnnLossLayer or CnnLossLayer on"
                  + " top of it instead",
              name,
              layer.getClass().getSimpleName()));
    }
    return new LossOnTop(layer, preProcessor);
  }

  private static Layer activated(ActivationLayer last, InputType gives, ILossFunction loss) {
    FeedForwardLayer layer =
        switch (gives.getType()) {
          case RNN -> {
            RnnLossLayer steps = new RnnLossLayer.Builder(loss).build();
            steps.setRnnDataFormat(((InputType.InputTypeRecurrent) gives).getFormat());
            yield steps;
          }
          case CNN ->
              new CnnLossLayer.Builder(loss)
                  .format(((InputType.InputTypeConvolutional) gives).getFormat())
                  .build();
          default -> new LossLayer.Builder(loss).build();
        };
    new NeuralNetConfiguration.Builder().layer(layer).build(); // which fills in what JSON asks for
    layer.setActivationFn(last.getActivationFn());
    layer.setLayerName(last.getLayerName());
    return layer;
  }

  /** Takes over all that a layer and a dense one have in common. */
  private static Layer like(Layer named, DenseLayer dense, BaseOutputLayer output) {
    output.setLayerName(named.getLayerName());
    output.setIDropout(named.getIDropout() == null ? dense.getIDropout() : named.getIDropout());
    output.setConstraints(
        dense.getConstraints() == null ? named.getConstraints() : dense.getConstraints());
    output.setNIn(dense.getNIn());
    output.setNOut(dense.getNOut());
    output.setHasBias(dense.hasBias());
    output.setActivationFn(dense.getActivationFn());
    output.setWeightInitFn(dense.getWeightInitFn());
    output.setBiasInit(dense.getBiasInit());
    output.setGainInit(dense.getGainInit());
    output.setRegularization(dense.getRegularization());
    output.setRegularizationBias(dense.getRegularizationBias());
    output.setIUpdater(dense.getIUpdater());
    output.setBiasUpdater(dense.getBiasUpdater());
    output.setWeightNoise(dense.getWeightNoise());
    output.setGradientNormalization(dense.getGradientNormalization());
    output.setGradientNormalizationThreshold(dense.getGradientNormalizationThreshold());
    return output;
  }
}
