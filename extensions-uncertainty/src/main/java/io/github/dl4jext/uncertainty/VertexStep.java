package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A vertex of a graph that is not a layer; none of them is random. */
final class VertexStep extends PlanStep {

  private final GraphVertex vertex;

  VertexStep(GraphVertex vertex, int... inputs) {
    super(inputs);
    this.vertex = vertex;
  }

  @Override
  boolean isRandom() {
    return false;
  }

  @Override
  boolean isRandomBySample() {
    return false;
  }

  @Override
  INDArray forward(
      INDArray[] values, boolean spare, int rows, SampleBatch tile, LayerWorkspaceMgr workspaces) {
    for (int i = 0; i < values.length; i++) {
      vertex.setInput(i, values[i], workspaces);
    }
    INDArray y = vertex.doForward(false, workspaces);
    vertex.clear();
    return y;
  }
}
