import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.spark.SparkTraining;
import java.io.Serializable;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.FixedThresholdAlgorithm;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.transport.PortSupplier;

/** Shares gradients between two executors on one machine. */
public class TrainOnSpark {

  static final int WORKERS = 2;
  static final int BATCH = 16;
  static final int BATCHES = 40;
  static final int EPOCHS = 3;

  /** One port for the driver, and any that is free for an executor. */
  public static final class Ports implements PortSupplier, Serializable {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger OWN = new AtomicInteger();

    @Override
    public int getPort() {
      if (SparkEnv.get().executorId().equals("driver")) {
        return 40123;
      }
      synchronized (OWN) {
        if (OWN.get() == 0) {
          try (DatagramSocket socket =
              new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            OWN.set(socket.getLocalPort());
          } catch (SocketException e) {
            throw new IllegalStateException(e);
          }
        }
        return OWN.get();
      }
    }
  }

  public static void main(String[] arguments) {
    try (JavaSparkContext context =
        new JavaSparkContext(new SparkConf().setAppName("shared gradients"))) {
      DataSet rows =
          new DataSet(
              Nd4j.randn(BATCH * BATCHES, 4), Nd4j.eye(2).repeat(0, BATCH * BATCHES / 2));
      JavaRDD<DataSet> train = context.parallelize(rows.batchBy(BATCH), WORKERS);
      int steps = EPOCHS * BATCHES / WORKERS;
      MultiLayerNetwork stack =
          new MultiLayerNetwork(
              Constraints.onWeights(
                  new AdamW(OneCycle.geron(0.01, steps), 0.01)
                      .configure(
                          new NeuralNetConfiguration.Builder()
                              .list()
                              .layer(new DenseLayer.Builder().nIn(4).nOut(16).build())
                              .layer(
                                  new OutputLayer.Builder(LossFunction.MCXENT)
                                      .nIn(16)
                                      .nOut(2)
                                      .activation(Activation.SOFTMAX)
                                      .build())
                              .build()),
                  new MaxNorm(1)));
      stack.init();
      ComputationGraph net = stack.toComputationGraph();
      History history = new History();
      net.setListeners(new ClipByGlobalNorm(1), history);
      VoidConfiguration network =
          VoidConfiguration.builder()
              .portSupplier(new Ports())
              .networkMask("127.0.0.0/8")
              .controllerAddress("127.0.0.1")
              .build();
      SharedTrainingMaster master =
          new SharedTrainingMaster.Builder(network, BATCH)
              .batchSizePerWorker(BATCH)
              .thresholdAlgorithm(new FixedThresholdAlgorithm(1e-3))
              .workersPerNode(1)
              .rddTrainingApproach(RDDTrainingApproach.Direct)
              .build();
      int epochs = SparkTraining.builder(context, net, master).build().fit(train, EPOCHS);
      System.out.println(
          epochs
              + " epochs, "
              + net.getConfiguration().getIterationCount()
              + " steps, loss "
              + history.last("loss"));
    }
    System.exit(0);
  }
}
