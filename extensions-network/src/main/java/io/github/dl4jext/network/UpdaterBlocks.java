package io.github.dl4jext.network;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;

/**
 * Forms the blocks anew to which DL4J joins the parameters of neighbours with equal updaters.
 *
 * <p>Saved state is laid out block by block, and a restored network forms its blocks from its
 * configuration. So when two rates have become equal, or different, the live network has to change
 * its blocks too, or what it saves will be misread.
 */
public final class UpdaterBlocks {

  private UpdaterBlocks() {}

  /**
   * Forms the blocks anew if its updaters are no longer equal where they were, or the reverse; each
   * parameter keeps its state.
   *
   * @param network the network; one without an updater is left as it is
   * @return whether the blocks were changed
   */
  public static boolean rebuildIfChanged(Network network) {
    Optional<BaseMultiLayerUpdater<?>> before = network.updater();
    if (before.isEmpty()) {
      return false;
    }
    return Workspaces.outside(
        () -> {
          BaseMultiLayerUpdater<?> after = network.newUpdater();
          if (ends(before.get()).equals(ends(after))) {
            return false;
          }
          UpdaterState state = UpdaterState.copyOf(network);
          network.setUpdater(after);
          state.putInto(network);
          return true;
        });
  }

  private static List<Integer> ends(BaseMultiLayerUpdater<?> updater) {
    return updater.getUpdaterBlocks().stream().map(UpdaterBlock::getParamOffsetEnd).toList();
  }
}
