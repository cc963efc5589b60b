package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One layer or vertex of a network, and which of the values computed before it takes. */
abstract class PlanStep {

  private final int[] inputs;

  PlanStep(int... inputs) {
    this.inputs = inputs;
  }

  /** Numbers of the values: first the inputs of the network, then the steps. */
  final int[] inputs() {
    return inputs;
  }

  /** Whether it draws random numbers of its own. */
  abstract boolean isRandom();

  /** Whether all examples of a sample share random numbers, so that a tile is one sample. */
  abstract boolean isRandomBySample();

  /**
   * The value.
   *
   * @param values of the inputs
   * @param spare whether the values are nobody else's, so that they may be overwritten
   * @param rows how many examples there are, which is not always the size of dimension 0
   * @param tile for the random numbers; null if the step is not random
   */
  abstract INDArray forward(
      INDArray[] values, boolean spare, int rows, SampleBatch tile, LayerWorkspaceMgr workspaces);
}
