package io.github.dl4jext.transfer.freezing;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The gradient of batch normalization that uses its running statistics: {@code y = gamma (x - mean)
 * / sqrt(variance + eps) + beta} is a product by channel, and so is its gradient.
 */
final class InferenceGradient {

  private InferenceGradient() {}

  static INDArray of(BatchNormalization layer, INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), epsilon.ordering());
    if (epsilon.rank() != 2 && epsilon.rank() != 4) {
      throw new IllegalStateException(
          "layer "
              + layer.layerConf().getLayerName()
              + ": batch normalization must get an array of rank 2 or 4, as in DL4J's own"
              + " training, was of rank "
              + epsilon.rank());
    }
    boolean channelsFirst = layer.layerConf().getCnn2DFormat() == CNN2DFormat.NCHW;
    int channels = epsilon.rank() == 2 || channelsFirst ? 1 : 3;
    INDArray scale = scale(layer).castTo(epsilon.dataType());
    Nd4j.getExecutioner().exec(new BroadcastMulOp(epsilon, scale, result, channels));
    return result;
  }

  private static INDArray scale(BatchNormalization layer) {
    var conf = layer.layerConf();
    INDArray logStd = layer.getParam(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
    INDArray variance =
        logStd == null
            ? layer.getParam(BatchNormalizationParamInitializer.GLOBAL_VAR)
            : Transforms.exp(logStd.mul(2 * Math.log(10)), false);
    INDArray perStd = Transforms.sqrt(variance.add(conf.getEps()), false).rdivi(1.0);
    INDArray gamma = layer.getParam(BatchNormalizationParamInitializer.GAMMA);
    if (gamma != null) {
      perStd.muli(gamma);
    } else if (conf.getGamma() != 1 && conf.getBeta() != 0) {
      // DL4J's forward pass uses a fixed gamma only if there is a fixed beta as well.
      perStd.muli(conf.getGamma());
    }
    return perStd.reshape(perStd.length());
  }
}
