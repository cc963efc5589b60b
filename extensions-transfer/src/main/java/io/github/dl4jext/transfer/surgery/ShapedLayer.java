package io.github.dl4jext.transfer.surgery;

import java.util.Locale;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;

/**
 * A new layer that fits the layer below it.
 *
 * @param conf its configuration, sizes and defaults filled in
 * @param preProcessor what must come between, null if nothing
 * @param output what it gives
 * @param wantsInit whether the user left the initialiser open
 */
record ShapedLayer(
    NeuralNetConfiguration conf,
    @Nullable InputPreProcessor preProcessor,
    InputType output,
    boolean wantsInit) {

  /**
   * Fits a layer.
   *
   * @param base the settings of the network
   * @param given the user's layer, which is not changed
   * @param below the output of the layer below it
   * @param belowName the name of the layer below it
   * @throws IllegalArgumentException if the sizes do not fit
   */
  static ShapedLayer of(
      NeuralNetConfiguration.Builder base,
      Layer given,
      String name,
      InputType below,
      String belowName) {
    Layer layer = given.clone();
    boolean wantsInit = inner(layer) instanceof BaseLayer own && own.getWeightInitFn() == null;
    layer.setLayerName(name);
    NeuralNetConfiguration conf = base.clone().layer(layer).build();
    try {
      InputPreProcessor preProcessor = layer.getPreProcessorForInputType(below);
      InputType input = preProcessor == null ? below : preProcessor.getOutputType(below);
      long wanted = inputs(layer);
      layer.setNIn(input, true);
      if (wanted > 0 && inputs(layer) != wanted) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "layer \"%s\" (%s) takes %d inputs, but \"%s\" below it gives %d (%s)",
                name,
                layer.getClass().getSimpleName(),
                wanted,
                belowName,
                inputs(layer),
                below));
      }
      return new ShapedLayer(conf, preProcessor, layer.getOutputType(0, input), wantsInit);
    } catch (IllegalStateException | UnsupportedOperationException unfit) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "layer \"%s\" (%s) does not go on top of \"%s\", which gives %s: %s",
              name,
              layer.getClass().getSimpleName(),
              belowName,
              below,
              unfit.getMessage()),
          unfit);
    }
  }

  private static long inputs(Layer layer) {
    return inner(layer) instanceof FeedForwardLayer own ? own.getNIn() : 0;
  }

  /** The layer that has the sizes. */
  static Layer inner(Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      return inner(wrapper.getUnderlying());
    }
    return layer instanceof Bidirectional both ? inner(both.getFwd()) : layer;
  }
}
