package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.TrainingNoise;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Builds frozen layers, and does what all of them have in common: the layer within is built without
 * dropout and weight noise, which DL4J would apply again in its backward pass, and in truncated
 * backpropagation through time in the forward pass too. The stored configuration keeps them for
 * when it is unfrozen.
 */
final class FrozenLayers {

  private FrozenLayers() {}

  /** Builds the layer within; the arguments are those of {@link Layer#instantiate}. */
  static org.deeplearning4j.nn.api.Layer instantiate(
      Layer within,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray params,
      boolean initialize,
      DataType type) {
    NeuralNetConfiguration inner = conf.clone();
    inner.setLayer(withoutNoise(within));
    org.deeplearning4j.nn.api.Layer live =
        inner.getLayer().instantiate(inner, listeners, index, params, initialize, type);
    // DL4J lists the parameters of a layer in its configuration; here there are two of them.
    List<String> variables = live.conf().variables();
    conf.clearVariables();
    variables.forEach(conf::addVariable);
    return live;
  }

  /**
   * The layer itself if it has none; else a copy, which shares the updaters as DL4J's copies do.
   */
  private static Layer withoutNoise(Layer layer) {
    if (!TrainingNoise.isIn(layer)) {
      return layer;
    }
    Layer copy = layer.clone();
    if (copy instanceof BaseWrapperLayer wrapper) {
      wrapper.setUnderlying(withoutNoise(wrapper.getUnderlying()));
    } else if (copy instanceof Bidirectional both) {
      both.setFwd(withoutNoise(both.getFwd()));
      both.setBwd(withoutNoise(both.getBwd()));
    }
    TrainingNoise.removeFrom(copy);
    return copy;
  }

  /** Counts parameters as the layer itself does; DL4J asks some layers the wrong way. */
  static long numParams(Layer within) {
    NeuralNetConfiguration alone = new NeuralNetConfiguration();
    alone.setLayer(within);
    return within.initializer().numParams(alone);
  }

  /** No updater, no regularization, no gradient normalization; state if there is any to hold. */
  static TrainingConfig config(String name, TrainingConfig within, boolean parked) {
    return new DummyConfig(name) {
      @Override
      public IUpdater getUpdaterByParam(String parameter) {
        return parked ? FrozenUpdater.of(learner(within).getUpdaterByParam(parameter)) : new NoOp();
      }
    };
  }

  /** DL4J's wrappers, such as that for the last time step, do not tell the updater within. */
  private static TrainingConfig learner(TrainingConfig within) {
    return within instanceof BaseWrapperLayer wrapper ? learner(wrapper.getUnderlying()) : within;
  }
}
