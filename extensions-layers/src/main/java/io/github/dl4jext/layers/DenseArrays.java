package io.github.dl4jext.layers;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** Arrays in the layout that loops over memory need. */
final class DenseArrays {

  private DenseArrays() {}

  /** Floats, or doubles where the network has them, that lie side by side in the order c. */
  static INDArray dense(
      INDArray array, DataType network, ArrayType type, LayerWorkspaceMgr workspaces) {
    INDArray cast = array.castTo(network == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT);
    return isDense(cast) ? cast : workspaces.dup(type, cast, 'c');
  }

  static boolean isDense(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
  }

  /** What was computed in floats, in the network's type. */
  static INDArray inTypeOf(
      INDArray array, DataType network, ArrayType type, LayerWorkspaceMgr workspaces) {
    return array.dataType() == network ? array : workspaces.leverageTo(type, array.castTo(network));
  }
}
