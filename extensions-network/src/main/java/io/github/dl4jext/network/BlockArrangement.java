package io.github.dl4jext.network;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The blocks to which DL4J joins the parameters of neighbours with equal updaters.
 *
 * <p>Saved state is laid out block by block, and a restored network forms its blocks anew. So when
 * two rates have become equal, at a minimum for instance, the live network has to join its blocks
 * too, or what it saves will be misread.
 */
final class BlockArrangement {

  private BlockArrangement() {}

  /** Forms the blocks anew if they have changed; each parameter keeps its state. */
  static void arrangeAsWhenRestored(Model model) {
    // What is made here outlives the step in whose workspace a listener may be called.
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      if (model instanceof MultiLayerNetwork net
          && net.getUpdater(false) instanceof MultiLayerUpdater before) {
        MultiLayerUpdater after = new MultiLayerUpdater(net);
        if (!alike(before, after)) {
          List<ParameterState> old = ParameterState.of(model);
          net.setUpdater(after);
          ParameterState.copy(old, ParameterState.of(model), ParameterState::offset);
        }
      } else if (model instanceof ComputationGraph graph && graph.getUpdater(false) != null) {
        ComputationGraphUpdater before = graph.getUpdater(false);
        ComputationGraphUpdater after = new ComputationGraphUpdater(graph);
        if (!alike(before, after)) {
          List<ParameterState> old = ParameterState.of(model);
          graph.setUpdater(after);
          ParameterState.copy(old, ParameterState.of(model), ParameterState::offset);
        }
      }
    } finally {
      outside.close();
    }
  }

  private static boolean alike(BaseMultiLayerUpdater<?> one, BaseMultiLayerUpdater<?> other) {
    return ends(one).equals(ends(other));
  }

  private static List<Integer> ends(BaseMultiLayerUpdater<?> updater) {
    return updater.getUpdaterBlocks().stream().map(UpdaterBlock::getParamOffsetEnd).toList();
  }
}
