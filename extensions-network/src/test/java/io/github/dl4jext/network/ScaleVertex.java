package io.github.dl4jext.network;

import java.util.Map;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Multiplies its input by weights; as DL4J has it by default, it takes no masks. */
public final class ScaleVertex extends SameDiffVertex {

  private static final long serialVersionUID = 1L;

  @Override
  public void defineParametersAndInputs(SDVertexParams params) {
    params.defineInputs("in");
    params.addWeightParam("scale", 1, 5);
  }

  @Override
  public SDVariable defineVertex(
      SameDiff sameDiff,
      Map<String, SDVariable> inputs,
      Map<String, SDVariable> parameters,
      Map<String, SDVariable> masks) {
    return inputs.get("in").mul(parameters.get("scale"));
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    parameters.get("scale").assign(1);
  }

  @Override
  public GraphVertex clone() {
    return new ScaleVertex();
  }
}
