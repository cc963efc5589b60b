package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a vertex of a graph that is not a layer; such a vertex is never random. */
record VertexStep(GraphVertex vertex, int... inputs) implements PlanStep {

  @Override
  public boolean isRandomAt(int iteration, int epoch) {
    return false;
  }

  @Override
  public boolean isRandomBySampleAt(int iteration, int epoch) {
    return false;
  }

  @Override
  public INDArray forward(
      INDArray[] values,
      boolean spare,
      int rows,
      @Nullable SampleBatch batch,
      LayerWorkspaceMgr workspaces) {
    for (int i = 0; i < values.length; i++) {
      vertex.setInput(i, values[i], workspaces);
    }
    INDArray y = vertex.doForward(false, workspaces);
    vertex.clear();
    return y;
  }
}
