package io.github.dl4jext.spark;

import io.github.dl4jext.network.Network;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.api.TrainingMaster;

final class SharedGradientsOnCluster {
  private SharedGradientsOnCluster() {}

  static ClusterMode of(JavaSparkContext context, Network network, TrainingMaster<?, ?> master) {
    throw new UnsupportedOperationException();
  }
}
