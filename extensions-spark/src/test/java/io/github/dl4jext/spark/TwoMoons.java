package io.github.dl4jext.spark;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.Warmup;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;

/** Points in two half circles, and a network that tells them apart, with plugins of each kind. */
final class TwoMoons {

  static final int ROWS = 16;
  static final double MAX_NORM = 2;

  private TwoMoons() {}

  /** A warm-up from 0, then a cycle. */
  static ISchedule rate(int steps) {
    return new Warmup(OneCycle.geron(0.03, steps), 4, 0);
  }

  static Model network(boolean graph, ISchedule rate) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Constraints.onWeights(
                new AdamW(rate, 0.01)
                    .configure(
                        new NeuralNetConfiguration.Builder()
                            .seed(4)
                            .activation(new Mish())
                            .weightInit(new HeNormal())
                            .list()
                            .layer(new DenseLayer.Builder().nIn(2).nOut(16).build())
                            .layer(
                                new DenseLayer.Builder()
                                    .nIn(16)
                                    .nOut(16)
                                    .dropOut(Dropout.dropping(0.1))
                                    .build())
                            .layer(
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                    .nIn(16)
                                    .nOut(2)
                                    .activation(Activation.SOFTMAX)
                                    .build())
                            .build()),
                new MaxNorm(MAX_NORM)));
    net.init();
    return graph ? net.toComputationGraph() : net;
  }

  static List<DataSet> batches(int count) {
    return batches(count, 8);
  }

  static List<DataSet> batches(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(batch(random, ROWS));
    }
    return batches;
  }

  static DataSet batch(Random random, int rows) {
    double[][] points = new double[rows][];
    double[][] labels = new double[rows][];
    for (int row = 0; row < rows; row++) {
      int moon = row % 2;
      double angle = Math.PI * (random.nextDouble() + moon);
      points[row] =
          new double[] {
            Math.cos(angle) + moon + 0.4 * random.nextGaussian(),
            Math.sin(angle) + 0.5 * moon + 0.4 * random.nextGaussian()
          };
      labels[row] = new double[] {1 - moon, moon};
    }
    return new DataSet(
        Nd4j.create(points).castTo(Nd4j.defaultFloatingPointType()),
        Nd4j.create(labels).castTo(Nd4j.defaultFloatingPointType()));
  }
}
