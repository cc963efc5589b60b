package io.github.dl4jext.spark;

import java.io.Serializable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Counts what an RDD of minibatches holds.
 *
 * @param count how many there are
 * @param examples how many examples they have in all
 * @param largest how many examples the largest has
 */
record DataSizes(long count, long examples, long largest) implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final DataSizes NONE = new DataSizes(0, 0, 0);

  static DataSizes of(JavaRDD<DataSet> data) {
    return data.aggregate(NONE, new AddDataSet(), new Merge());
  }

  static DataSizes ofMultiDataSets(JavaRDD<MultiDataSet> data) {
    return data.aggregate(NONE, new AddMultiDataSet(), new Merge());
  }

  private DataSizes plus(DataSizes other) {
    return new DataSizes(
        count + other.count, examples + other.examples, Math.max(largest, other.largest));
  }

  private DataSizes plus(long rows) {
    return plus(new DataSizes(1, rows, rows));
  }

  private static final class AddDataSet implements Function2<DataSizes, DataSet, DataSizes> {

    private static final long serialVersionUID = 1L;

    @Override
    public DataSizes call(DataSizes sizes, DataSet batch) {
      return sizes.plus(batch.numExamples());
    }
  }

  private static final class AddMultiDataSet
      implements Function2<DataSizes, MultiDataSet, DataSizes> {

    private static final long serialVersionUID = 1L;

    @Override
    public DataSizes call(DataSizes sizes, MultiDataSet batch) {
      return sizes.plus(batch.getFeatures(0).size(0));
    }
  }

  private static final class Merge implements Function2<DataSizes, DataSizes, DataSizes> {

    private static final long serialVersionUID = 1L;

    @Override
    public DataSizes call(DataSizes one, DataSizes other) {
      return one.plus(other);
    }
  }
}
