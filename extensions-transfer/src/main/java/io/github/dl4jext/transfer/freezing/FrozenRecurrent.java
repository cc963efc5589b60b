package io.github.dl4jext.transfer.freezing;

import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A frozen recurrent layer. DL4J looks for this type where it carries state from one stretch of a
 * sequence to the next and where it clears it; some of these places do not look inside of wrappers.
 */
interface FrozenRecurrent extends RecurrentLayer {

  /** The layer within. */
  RecurrentLayer recurrent();

  @Override
  default INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaces) {
    return recurrent().rnnTimeStep(input, workspaces);
  }

  @Override
  default Map<String, INDArray> rnnGetPreviousState() {
    return recurrent().rnnGetPreviousState();
  }

  @Override
  default void rnnSetPreviousState(Map<String, INDArray> state) {
    recurrent().rnnSetPreviousState(state);
  }

  @Override
  default void rnnClearPreviousState() {
    recurrent().rnnClearPreviousState();
  }

  @Override
  default INDArray rnnActivateUsingStoredState(
      INDArray input, boolean training, boolean store, LayerWorkspaceMgr workspaces) {
    return recurrent().rnnActivateUsingStoredState(input, false, store, workspaces);
  }

  @Override
  default Map<String, INDArray> rnnGetTBPTTState() {
    return recurrent().rnnGetTBPTTState();
  }

  @Override
  default void rnnSetTBPTTState(Map<String, INDArray> state) {
    recurrent().rnnSetTBPTTState(state);
  }
}
