package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes one layer or vertex of a network from values that were computed before. */
interface PlanStep {

  /**
   * Returns the numbers of the values that it takes. The network's inputs are numbered first, then
   * the steps.
   */
  int[] inputs();

  /** Whether it draws random numbers itself at a step of training. */
  boolean isRandomAt(int iteration, int epoch);

  /** Whether all examples of a sample share random numbers, so that a batch is one sample. */
  boolean isRandomBySampleAt(int iteration, int epoch);

  /**
   * Computes the value.
   *
   * @param values the values of its inputs
   * @param spare whether the values may be overwritten, because no other step needs them
   * @param rows the number of examples, which is not always the size of dimension 0
   * @param batch the source of random numbers; null if neither the step nor a value before it is
   *     random
   * @param workspaces the workspaces for new arrays
   * @return the value of this step
   */
  INDArray forward(
      INDArray[] values,
      boolean spare,
      int rows,
      @Nullable SampleBatch batch,
      LayerWorkspaceMgr workspaces);
}
