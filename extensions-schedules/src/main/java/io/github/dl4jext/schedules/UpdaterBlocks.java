package io.github.dl4jext.schedules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The blocks to which DL4J joins the parameters of neighbours with equal updaters.
 *
 * <p>Saved state is laid out block by block, and a restored network forms its blocks anew. So when
 * two rates have become equal, at a minimum for instance, the live network has to join its blocks
 * too, or what it saves will be misread.
 */
final class UpdaterBlocks {

  private UpdaterBlocks() {}

  /** Forms the blocks anew if they have changed; each parameter keeps its state. */
  static void arrangeAsWhenRestored(Model model) {
    // What is made here outlives the step in whose workspace a listener may be called.
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      if (model instanceof MultiLayerNetwork net
          && net.getUpdater(false) instanceof MultiLayerUpdater before) {
        MultiLayerUpdater after = new MultiLayerUpdater(net);
        if (!alike(before, after)) {
          move(before, after);
          net.setUpdater(after);
        }
      } else if (model instanceof ComputationGraph graph && graph.getUpdater(false) != null) {
        ComputationGraphUpdater before = graph.getUpdater(false);
        ComputationGraphUpdater after = new ComputationGraphUpdater(graph);
        if (!alike(before, after)) {
          move(before, after);
          graph.setUpdater(after);
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

  private static void move(BaseMultiLayerUpdater<?> from, BaseMultiLayerUpdater<?> to) {
    Map<Integer, List<INDArray>> state = new HashMap<>();
    for (UpdaterBlock block : from.getUpdaterBlocks()) {
      block
          .getLayersAndVariablesInBlock()
          .forEach(one -> state.put(one.getParamOffsetStart(), views(block, one)));
    }
    for (UpdaterBlock block : to.getUpdaterBlocks()) {
      for (ParamState one : block.getLayersAndVariablesInBlock()) {
        List<INDArray> old = state.get(one.getParamOffsetStart());
        List<INDArray> views = views(block, one);
        IntStream.range(0, views.size()).forEach(i -> views.get(i).assign(old.get(i)));
      }
    }
  }

  /** A block has its first state array whole, then its second, and so on. */
  private static List<INDArray> views(UpdaterBlock block, ParamState one) {
    INDArray all = block.getUpdaterView();
    if (all == null) {
      return List.of();
    }
    long length = block.getParamOffsetEnd() - block.getParamOffsetStart();
    long from = one.getParamOffsetStart() - block.getParamOffsetStart();
    long to = one.getParamOffsetEnd() - block.getParamOffsetStart();
    INDArray flat = all.reshape(all.length());
    return IntStream.range(0, Math.toIntExact(all.length() / length))
        .mapToObj(i -> flat.get(NDArrayIndex.interval(i * length + from, i * length + to)))
        .toList();
  }
}
