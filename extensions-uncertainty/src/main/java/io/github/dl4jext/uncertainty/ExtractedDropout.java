package io.github.dl4jext.uncertainty;

import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.SeededNoise;
import io.github.dl4jext.regularization.dropout.SeededWeightNoise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds the dropout and weight noise of a layer, extracted from its configuration.
 *
 * <p>If the layer only disturbs its input, the input is disturbed before the layer is called, and
 * the layer runs as outside of training. Other layers run as in training and call their dropout
 * themselves, because only they know where it belongs. The dropout of batch normalization,
 * embeddings, activations, pooling, loss layers, SameDiff layers and frozen layers is ignored, as
 * DL4J ignores it in training.
 *
 * @param atInput the noise on the input, or null
 * @param place the number of the input's noise, which no other noise has
 * @param inside the dropouts that the layer calls itself
 * @param weights the noise on its weights
 */
record ExtractedDropout(
    @Nullable SeededNoise atInput,
    long place,
    List<SeededDropout> inside,
    List<SeededWeights> weights) {

  private static final List<Class<? extends Layer>> NEVER =
      List.of(
          BatchNormalization.class,
          ActivationLayer.class,
          EmbeddingLayer.class,
          EmbeddingSequenceLayer.class,
          SubsamplingLayer.class,
          GlobalPoolingLayer.class,
          LossLayer.class,
          RnnLossLayer.class,
          CnnLossLayer.class,
          AbstractSameDiffLayer.class,
          FrozenLayer.class,
          FrozenLayerWithBackprop.class);

  /**
   * Takes the noise out of a layer.
   *
   * @param layer the layer, which loses its dropout; neither it nor a layer inside may be shared,
   *     see {@link #own}
   * @param place a number that no other layer has
   * @param name the layer's name, for messages
   */
  static ExtractedDropout takenFrom(Layer layer, long place, String name) {
    long first = place << 8;
    List<SeededWeights> weights = new ArrayList<>();
    collectWeights(layer, first, name, weights);
    if (NEVER.stream().anyMatch(kind -> kind.isInstance(layer))) {
      return new ExtractedDropout(null, first, List.of(), weights);
    }
    if (layer instanceof DropoutLayer
        || layer instanceof DenseLayer
        || layer instanceof BaseOutputLayer) {
      return new ExtractedDropout(taken(layer, name), first, List.of(), weights);
    }
    if (layer instanceof TimeDistributed each) {
      return new ExtractedDropout(taken(each.getUnderlying(), name), first, List.of(), weights);
    }
    List<SeededDropout> inside = new ArrayList<>();
    collect(layer, first, name, inside);
    return new ExtractedDropout(null, first, inside, weights);
  }

  /**
   * Clones the layers inside a layer, because DL4J's {@code clone()} shares them with the original.
   */
  static void own(Layer layer) {
    if (layer instanceof Bidirectional both) {
      both.setFwd(both.getFwd().clone());
      both.setBwd(both.getBwd().clone());
      own(both.getFwd());
      own(both.getBwd());
    } else if (layer instanceof BaseWrapperLayer wrapper && wrapper.getUnderlying() != null) {
      wrapper.setUnderlying(wrapper.getUnderlying().clone());
      own(wrapper.getUnderlying());
    }
  }

  boolean isPresent() {
    return atInput != null || !inside.isEmpty() || !weights.isEmpty();
  }

  /** Whether any of the noise changes anything at a step of training. */
  boolean actsAt(int iteration, int epoch) {
    return atInput != null && atInput.actsAt(iteration, epoch)
        || inside.stream().anyMatch(seeded -> seeded.actsAt(iteration, epoch))
        || actsOnWeightsAt(iteration, epoch);
  }

  boolean actsOnWeightsAt(int iteration, int epoch) {
    return weights.stream().anyMatch(seeded -> seeded.actsAt(iteration, epoch));
  }

  /** Disturbs the input of the layer in place. */
  void disturbInput(INDArray x, SampleBatch batch) {
    Objects.requireNonNull(atInput, "dropout at the input")
        .disturb(x, batch.draws(place, x.size(0)), batch.iteration(), batch.epoch());
  }

  private static void collect(Layer layer, long place, String name, List<SeededDropout> found) {
    if (layer instanceof Bidirectional both) {
      collect(both.getFwd(), place, name, found);
      collect(both.getBwd(), place, name, found);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      collect(wrapper.getUnderlying(), place, name, found);
    } else if (layer != null && NEVER.stream().noneMatch(kind -> kind.isInstance(layer))) {
      SeededNoise noise = taken(layer, name);
      if (noise != null) {
        SeededDropout seeded = new SeededDropout(noise, place + found.size());
        found.add(seeded);
        layer.setIDropout(seeded);
        if (layer instanceof BaseLayer base) {
          base.setActivationFn(InferenceActivation.atInference(base.getActivationFn()));
        }
      }
    }
  }

  private static void collectWeights(
      Layer layer, long place, String name, List<SeededWeights> found) {
    if (layer instanceof Bidirectional both) {
      collectWeights(both.getFwd(), place, name, found);
      collectWeights(both.getBwd(), place, name, found);
    } else if (layer instanceof BaseWrapperLayer wrapper
        && !(layer instanceof FrozenLayerWithBackprop)) {
      collectWeights(wrapper.getUnderlying(), place, name, found);
    } else if (layer instanceof BaseLayer base && base.getWeightNoise() != null) {
      if (layer instanceof BatchNormalization || layer instanceof DropoutLayer) {
        base.setWeightNoise(null);
      } else if (base.getWeightNoise() instanceof SeededWeightNoise seeded) {
        SeededWeights drawn = new SeededWeights(seeded, place + found.size());
        base.setWeightNoise(drawn);
        found.add(drawn);
      } else {
        throw new IllegalArgumentException(
            name
                + " has weight noise ("
                + base.getWeightNoise().getClass().getName()
                + ") that cannot be drawn from a seed: put "
                + DropConnect.class.getName()
                + " in its place, or let the class implement "
                + SeededWeightNoise.class.getName());
      }
    }
  }

  private static @Nullable SeededNoise taken(Layer layer, String name) {
    IDropout dropout = layer.getIDropout();
    layer.setIDropout(null);
    return dropout == null ? null : Dl4jDropouts.seeded(dropout, name);
  }
}
