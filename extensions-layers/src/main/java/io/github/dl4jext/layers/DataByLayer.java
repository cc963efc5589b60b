package io.github.dl4jext.layers;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Applies to the features of data what a layer does in a network.
 *
 * @param layer the layer
 */
record DataByLayer(PixelLayer layer) implements DataSetPreProcessor {

  @Override
  public void preProcess(DataSet data) {
    INDArray given = data.getFeatures();
    if (given == null) {
      throw new IllegalArgumentException(
          layer.technique().name() + ": features must be there, was null");
    }
    if (data.getFeaturesMaskArray() != null) {
      layer.checkMask(data.getFeaturesMaskArray());
    }
    DataType type = given.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    INDArray cast = given.castTo(type);
    INDArray dense = DenseArrays.isDense(cast) ? cast : cast.dup('c');
    INDArray made = Nd4j.createUninitialized(type, layer.outputShape(dense), 'c');
    layer.forward(dense, made);
    data.setFeatures(given.dataType().isFPType() ? made.castTo(given.dataType()) : made);
  }
}
