package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.deeplearning4j.nn.updater.UpdaterUtils;

/**
 * Rebuilds the blocks into which DL4J joins the parameters of neighbours with equal updaters.
 *
 * <p>Saved state is laid out block by block, and a restored network forms its blocks from its
 * configuration. When two rates become equal, or different, the live network must therefore change
 * its blocks too; otherwise the state that it saves would be misread.
 */
final class UpdaterBlocks {

  private UpdaterBlocks() {}

  /**
   * Forms the blocks again if neighbouring updaters that were equal no longer are, or the reverse;
   * each parameter keeps its state.
   *
   * @param network the network; one without an updater is left as it is
   * @return whether the blocks were changed
   */
  static boolean rebuildIfChanged(Network network) {
    Optional<BaseMultiLayerUpdater<?>> updater = network.updater();
    if (updater.isEmpty() || ends(updater.get()).equals(endsIfMadeAnew(updater.get()))) {
      return false;
    }
    NetworkCopy.outsideOfWorkspaces(
        () -> {
          UpdaterState state = UpdaterState.copyOf(network);
          network.setUpdater(network.newUpdater());
          return state.putInto(network);
        });
    return true;
  }

  private static List<Integer> ends(BaseMultiLayerUpdater<?> updater) {
    return updater.getUpdaterBlocks().stream().map(UpdaterBlock::getParamOffsetEnd).toList();
  }

  /**
   * Compares as DL4J does when it makes an updater; to make one would allocate all of its state.
   */
  private static List<Integer> endsIfMadeAnew(BaseMultiLayerUpdater<?> updater) {
    List<Integer> ends = new ArrayList<>();
    ParamState last = null;
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (ParamState next : block.getLayersAndVariablesInBlock()) {
        if (last != null
            && !UpdaterUtils.updaterConfigurationsEquals(
                last.getLayer(), last.getParamName(), next.getLayer(), next.getParamName())) {
          ends.add(last.getParamOffsetEnd());
        }
        last = next;
      }
    }
    if (last != null) {
      ends.add(last.getParamOffsetEnd());
    }
    return ends;
  }
}
