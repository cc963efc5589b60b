package io.github.dl4jext.regularization;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small trained networks with dropout. */
final class DroppingNetworks {

  static final int INPUTS = 5;
  static final int CLASSES = 3;

  /** Training takes longer than most tests. */
  private static final Map<List<Double>, MultiLayerNetwork> TRAINED = new ConcurrentHashMap<>();

  private DroppingNetworks() {}

  static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(0.02))
        .activation(Activation.TANH);
  }

  static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out);
  }

  static OutputLayer.Builder output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX);
  }

  /** Dropout in front of every layer with weights, batch norm between; DL4J's own kind. */
  static MultiLayerNetwork withBatchNorm(double keepInput, double keep) {
    return TRAINED
        .computeIfAbsent(List.of(keepInput, keep), ignored -> trained(keepInput, keep))
        .clone();
  }

  private static MultiLayerNetwork trained(double keepInput, double keep) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(dense(INPUTS, 6).dropOut(keepInput).build())
                .layer(new BatchNormalization.Builder().nIn(6).nOut(6).build())
                .layer(dense(6, 8).dropOut(keep).activation(Activation.RELU).build())
                .layer(new DropoutLayer(keep))
                .layer(output(8).build())
                .build());
    net.init();
    train(net);
    return net;
  }

  /** The same as a graph. */
  static ComputationGraph graphWithBatchNorm(double keepInput, double keep) {
    ComputationGraph net =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(INPUTS, 6).dropOut(keepInput).build(), "in")
                .addLayer("norm", new BatchNormalization.Builder().nIn(6).nOut(6).build(), "a")
                .addLayer(
                    "b", dense(6, 8).dropOut(keep).activation(Activation.RELU).build(), "norm")
                .addLayer("drop", new DropoutLayer(keep), "b")
                .addLayer("out", output(8).build(), "drop")
                .setOutputs("out")
                .build());
    net.init();
    net.setParams(withBatchNorm(keepInput, keep).params());
    return net;
  }

  private static void train(MultiLayerNetwork net) {
    INDArray x = examples(64);
    INDArray labels = Nd4j.zeros(64, CLASSES);
    for (int i = 0; i < 64; i++) {
      labels.putScalar(i, x.getDouble(i, 0) > 0.3 ? 0 : x.getDouble(i, 1) > 0 ? 1 : 2, 1);
    }
    for (int i = 0; i < 40; i++) {
      net.fit(x, labels);
    }
  }

  /** The same at every call, whatever is drawn elsewhere. */
  static INDArray examples(int rows) {
    java.util.Random random = new java.util.Random(11);
    float[][] numbers = new float[rows][INPUTS];
    for (float[] row : numbers) {
      for (int i = 0; i < INPUTS; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return Nd4j.createFromArray(numbers);
  }

  static double[] numbers(INDArray array) {
    INDArray copy = array.castTo(DataType.DOUBLE).dup('c');
    return copy.reshape(new long[] {copy.length()}).toDoubleVector();
  }
}
