import io.github.dl4jext.cpu.CpuState;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.regularization.pruning.GradualPruning;
import io.github.dl4jext.regularization.pruning.Pruning;
import io.github.dl4jext.regularization.pruning.PruningMethod;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.transfer.folding.ReducedPrecision;
import io.github.dl4jext.transfer.folding.Shrinking;
import io.github.dl4jext.transfer.folding.WeightFormat;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Writes the table of accuracy and time against sparsity in docs/guide/pruning.md. Give the seeds;
 * OMP_NUM_THREADS=1 and FASHION_MNIST_DIR are to be set.
 */
public class PrunedNetwork {

  static final int IMAGES = 12_000;
  static final int EPOCHS = 4;
  static final int BATCH = 32;
  static final int STEPS = EPOCHS * IMAGES / BATCH;
  static final int TURNS = 30;
  static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  public static void main(String[] seeds) {
    ImageData data = DataSource.load("fashion-mnist").firstTrain(IMAGES);
    System.out.println(CpuState.current());
    for (String seed : seeds) {
      run(data, Long.parseLong(seed));
    }
  }

  static void run(ImageData data, long seed) {
    INDArray images = data.test().features();
    MultiLayerNetwork whole = trained(data, seed, null, 0);
    print(seed, "whole", 0, whole, accuracy(whole, data), 1);
    for (double share : new double[] {0.5, 0.8, 0.9, 0.95}) {
      MultiLayerNetwork once =
          Pruning.prune(whole.clone(), PruningMethod.L1_UNSTRUCTURED, share);
      print(seed, "weights at once", share, once, accuracy(once, data), 1);
      MultiLayerNetwork pruned = trained(data, seed, PruningMethod.L1_UNSTRUCTURED, share);
      double times = timesAsFast(whole, pruned, images);
      print(seed, "weights gradually", share, pruned, accuracy(pruned, data), times);
    }
    for (double share : new double[] {0.5, 0.8, 0.9}) {
      MultiLayerNetwork pruned = trained(data, seed, PruningMethod.L2_STRUCTURED, share);
      MultiLayerNetwork small = Shrinking.shrink(pruned, images).network();
      double times = timesAsFast(whole, small, images);
      print(seed, "units gradually, removed", share, small, accuracy(small, data), times);
    }
    var int8 = ReducedPrecision.int8(whole, images);
    System.out.println(int8.summary() + ", int8, accuracy " + accuracy(int8.network(), data));
    var half = ReducedPrecision.rounded(whole, WeightFormat.HALF, images);
    System.out.println(half.summary() + ", half, accuracy " + accuracy(half.network(), data));
  }

  static void print(
      long seed, String what, double share, MultiLayerNetwork net, double accuracy, double times) {
    System.out.printf(
        Locale.ROOT,
        "seed %d, %s, %.2f: %d parameters, accuracy %.4f, %.2f times as fast%n",
        seed,
        what,
        share,
        net.numParams(),
        accuracy,
        times);
  }

  /** Pruned from the second quarter of the training to the end of the third. */
  static MultiLayerNetwork trained(
      ImageData data, long seed, PruningMethod method, double share) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new Adam(0.001)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .activation(Activation.RELU)
                        .list()
                        .layer(new DenseLayer.Builder().nIn(784).nOut(300).build())
                        .layer(new DenseLayer.Builder().nIn(300).nOut(100).build())
                        .layer(
                            new OutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(100)
                                .nOut(10)
                                .activation(Activation.SOFTMAX)
                                .build())
                        .build()));
    net.init();
    if (method != null) {
      net.setListeners(
          new GradualPruning(share, STEPS / 4, 3 * STEPS / 4)
              .with(GradualPruning.FREQUENCY, 25)
              .with(GradualPruning.METHOD, method));
    }
    net.fit(data.train().shuffledBatches(BATCH, seed), EPOCHS);
    return net;
  }

  static double accuracy(MultiLayerNetwork net, ImageData data) {
    return net.evaluate(data.test().batches(500)).accuracy();
  }

  /** By the least processor time of this thread, in turns, on 10,000 images. */
  static double timesAsFast(MultiLayerNetwork slow, MultiLayerNetwork fast, INDArray images) {
    long[] least = {Long.MAX_VALUE, Long.MAX_VALUE};
    for (int i = 0; i < TURNS; i++) {
      least[0] = Math.min(least[0], nanoseconds(slow, images));
      least[1] = Math.min(least[1], nanoseconds(fast, images));
    }
    return (double) least[0] / least[1];
  }

  static long nanoseconds(MultiLayerNetwork net, INDArray images) {
    long start = THREADS.getCurrentThreadCpuTime();
    net.output(images);
    return THREADS.getCurrentThreadCpuTime() - start;
  }
}
