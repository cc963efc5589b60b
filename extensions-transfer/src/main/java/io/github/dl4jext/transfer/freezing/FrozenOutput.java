package io.github.dl4jext.transfer.freezing;

import java.util.List;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A frozen output layer, which still computes scores. DL4J's graph scores a data set by this type,
 * and does not look inside of wrappers.
 */
interface FrozenOutput extends IOutputLayer {

  /** The layer within. */
  IOutputLayer output();

  @Override
  default boolean needsLabels() {
    return output().needsLabels();
  }

  @Override
  default void setLabels(INDArray labels) {
    output().setLabels(labels);
  }

  @Override
  default INDArray getLabels() {
    return output().getLabels();
  }

  @Override
  default double computeScore(
      double regularization, boolean training, LayerWorkspaceMgr workspaces) {
    return output().computeScore(regularization, false, workspaces);
  }

  @Override
  default INDArray computeScoreForExamples(double regularization, LayerWorkspaceMgr workspaces) {
    return output().computeScoreForExamples(regularization, workspaces);
  }

  @Override
  default double f1Score(DataSet data) {
    return output().f1Score(data);
  }

  @Override
  default double f1Score(INDArray examples, INDArray labels) {
    return output().f1Score(examples, labels);
  }

  @Override
  @Deprecated
  default int numLabels() {
    return output().numLabels();
  }

  @Override
  default int[] predict(INDArray examples) {
    return output().predict(examples);
  }

  @Override
  default List<String> predict(DataSet data) {
    return output().predict(data);
  }

  @Override
  default void fit(DataSetIterator batches) {
    throw still();
  }

  @Override
  default void fit(INDArray examples, INDArray labels) {
    throw still();
  }

  @Override
  default void fit(DataSet data) {
    throw still();
  }

  @Override
  default void fit(INDArray examples, int[] labels) {
    throw still();
  }

  private static UnsupportedOperationException still() {
    return new UnsupportedOperationException("a frozen layer cannot be trained");
  }
}
