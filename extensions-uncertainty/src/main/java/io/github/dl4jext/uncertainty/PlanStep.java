package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes one layer or vertex of a network from values that were computed before. */
interface PlanStep {

  /** Numbers of the values that it takes: first the inputs of the network, then the steps. */
  int[] inputs();

  /** Whether it draws random numbers of its own at a step of training. */
  boolean isRandomAt(int iteration, int epoch);

  /** Whether all examples of a sample share random numbers, so that a batch is one sample. */
  boolean isRandomBySampleAt(int iteration, int epoch);

  /**
   * Computes the value.
   *
   * @param values of the inputs
   * @param spare whether the values are nobody else's, so that they may be overwritten
   * @param rows how many examples there are, which is not always the size of dimension 0
   * @param batch for the random numbers; null if no value before the step is random, nor the step
   */
  INDArray forward(
      INDArray[] values,
      boolean spare,
      int rows,
      @Nullable SampleBatch batch,
      LayerWorkspaceMgr workspaces);
}
