package io.github.dl4jext.listeners.diagnosis;

import java.util.Random;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of other layers than dense ones. */
enum OtherNetworks {
  CONVOLUTION(
      InputType.convolutional(8, 8, 2),
      list ->
          list.layer(conv().hasBias(false).activation(Activation.IDENTITY).build())
              .layer(new BatchNormalization())
              .layer(conv().build())
              .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
              .layer(new DenseLayer.Builder().nOut(20).build())
              .layer(out())),
  RECURRENT(
      InputType.recurrent(5, 12),
      list ->
          list.layer(lstm().build())
              .layer(new Bidirectional(lstm().build()))
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(3)
                      .activation(Activation.SOFTMAX)
                      .weightInit(WeightInit.XAVIER)
                      .build())),
  TRUNCATED(
      InputType.recurrent(5, 12),
      list ->
          list.layer(lstm().build())
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(3)
                      .activation(Activation.SOFTMAX)
                      .weightInit(WeightInit.XAVIER)
                      .build())
              .backpropType(BackpropType.TruncatedBPTT)
              .tBPTTLength(4)),
  LAST_STEP(
      InputType.recurrent(5, 12),
      list -> list.layer(new LastTimeStep(lstm().build())).layer(out())),
  CENTER_LOSS(
      InputType.feedForward(6),
      list ->
          list.layer(new DenseLayer.Builder().nOut(20).build())
              .layer(
                  new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(3)
                      .activation(Activation.SOFTMAX)
                      .weightInit(WeightInit.XAVIER)
                      .alpha(0.1)
                      .lambda(1e-3)
                      .build())),
  EMBEDDING(
      InputType.feedForward(1000),
      list ->
          list.layer(new EmbeddingLayer.Builder().nOut(10).build())
              .layer(new DenseLayer.Builder().nOut(20).build())
              .layer(out()));

  private static final int EXAMPLES = 60;

  private final InputType input;
  private final Function<ListBuilder, MultiLayerConfiguration.Builder> layers;

  OtherNetworks(InputType input, Function<ListBuilder, MultiLayerConfiguration.Builder> layers) {
    this.input = input;
    this.layers = layers;
  }

  private static ConvolutionLayer.Builder conv() {
    return new ConvolutionLayer.Builder(3, 3).nOut(6);
  }

  private static LSTM.Builder lstm() {
    return new LSTM.Builder().nOut(8).activation(Activation.TANH).weightInit(WeightInit.XAVIER);
  }

  private static OutputLayer out() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .weightInit(WeightInit.XAVIER)
        .build();
  }

  Model network() {
    ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Adam(1e-3))
            .activation(Activation.RELU)
            .weightInit(WeightInit.RELU)
            .list();
    MultiLayerNetwork net = new MultiLayerNetwork(layers.apply(list).setInputType(input).build());
    net.init();
    return net;
  }

  /** Sequences end at different steps, which masks tell. */
  DataSet batch(int number) {
    Random random = new Random(number);
    long[] shape = input.getShape(true);
    shape[0] = EXAMPLES;
    boolean sequence = input.getType() == InputType.Type.RNN;
    boolean last = this == LAST_STEP;
    INDArray x = Nd4j.create(DataType.FLOAT, shape);
    if (this == EMBEDDING) {
      x = Nd4j.create(DataType.FLOAT, EXAMPLES, 1);
      for (int i = 0; i < EXAMPLES; i++) {
        x.putScalar(i, 0, random.nextInt(1000));
      }
    } else {
      for (long i = 0; i < x.length(); i++) {
        x.putScalar(i, random.nextGaussian());
      }
    }
    int steps = sequence ? 12 : 1;
    INDArray mask = Nd4j.ones(DataType.FLOAT, EXAMPLES, steps);
    INDArray y = Nd4j.create(DataType.FLOAT, EXAMPLES, 3, steps);
    for (int i = 0; i < EXAMPLES; i++) {
      for (int t = 0; t < steps; t++) {
        boolean seen = t < 8 + i % 5;
        mask.putScalar(i, t, seen ? 1 : 0);
        y.putScalar(new int[] {i, random.nextInt(3), t}, 1);
      }
    }
    if (!sequence) {
      return new DataSet(x, y.reshape(EXAMPLES, 3));
    }
    return last
        ? new DataSet(x, y.tensorAlongDimension(0, 0, 1).dup(), mask, null)
        : new DataSet(x, y, mask, mask);
  }
}
