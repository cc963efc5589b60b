package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.ComputesAs;
import io.github.dl4jext.network.Node;
import java.util.Set;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;

/**
 * Refuses a backbone whose outputs depend on where truncated backpropagation through time splits
 * the sequence. It cuts a sequence into stretches before the lowest layer; with a cache it is cut
 * at the border. That is the same only if the backbone works step by step, or carries its state
 * from one stretch to the next.
 */
final class TbpttSegments {

  private static final Set<Class<?>> STEP_BY_STEP =
      Set.of(
          DenseLayer.class,
          ActivationLayer.class,
          DropoutLayer.class,
          BatchNormalization.class,
          MergeVertex.class,
          ElementWiseVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          SubsetVertex.class,
          PreprocessorVertex.class);

  private static final Set<Class<?>> CARRIES_STATE = Set.of(LSTM.class, SimpleRnn.class);

  private TbpttSegments() {}

  /** Rejects layers whose output depends on where the sequence is split. */
  static void check(BackpropType type, Node node) {
    Class<?> kind =
        node.isLayer()
            ? ComputesAs.of(node.layer().orElseThrow())
            : node.vertex().orElseThrow().getClass();
    boolean same = STEP_BY_STEP.contains(kind) || CARRIES_STATE.contains(kind);
    if (type == BackpropType.TruncatedBPTT && !same) {
      throw new IllegalArgumentException(
          "under truncated backpropagation through time a cache needs layers that work step by"
              + " step, and layer "
              + node
              + " may not do so; train without a cache");
    }
  }
}
