package io.github.dl4jext.spark;

import io.github.dl4jext.spi.Checks;
import org.apache.spark.api.java.JavaRDD;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Trains by one kind of DL4J's masters, which answer to the same interface, but differ. */
interface ClusterMode extends AutoCloseable {

  /** What the driver does when its network has got what the executors came to. */
  interface Round {

    /** Returns what the steps came to that were done since the last time. */
    StepTally take();

    /** Notifies the driver's listeners. */
    void tell(StepTally tally);
  }

  /** Whether an executor keeps its network from epoch to epoch. */
  boolean networksStay();

  /** Checks the master against the data. */
  void check(Checks checks, DataSizes sizes);

  /** Gives the master the listeners. */
  void open(ShippedListeners listeners, Round round);

  /** Trains an epoch, which is not counted. */
  void fit(JavaRDD<DataSet> data);

  /** Trains an epoch, which is not counted. */
  void fitMultiDataSets(JavaRDD<MultiDataSet> data);

  /** Takes the listeners back. */
  @Override
  void close();
}
