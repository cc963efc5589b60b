package io.github.dl4jext.testkit;

import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J's layers with weights, and to which output unit each number of their memory leads. The test
 * of this class finds the same by what a weight moves.
 */
final class WeightedLayers {

  static final int NONE = -1;

  private static final InputType FLAT = InputType.feedForward(4);
  private static final InputType IMAGE = InputType.convolutional(4, 5, 2);
  private static final InputType VOLUME =
      InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 3, 3, 3, 2);
  private static final InputType SEQUENCE = InputType.recurrent(3, 5);

  /**
   * A parameter of a layer.
   *
   * @param unitAt the unit that a place in the parameter's memory belongs to, or {@link #NONE}
   */
  record Weights(
      @Nullable Layer layer, @Nullable InputType input, String key, IntUnaryOperator unitAt) {

    /** A network whose first layer it is. */
    MultiLayerNetwork network(DataType type) {
      NeuralNetConfiguration.ListBuilder list =
          new NeuralNetConfiguration.Builder()
              .seed(5)
              .dataType(type)
              .updater(new Sgd(0))
              .activation(Activation.IDENTITY)
              .list()
              .layer(
                  Objects.requireNonNull(layer, "only the weights of a layer have a network")
                      .clone());
      OutputLayer.Builder output =
          new OutputLayer.Builder(LossFunction.MSE).nOut(2).activation(Activation.IDENTITY);
      if (input == null) {
        list.layer(output.nIn(3).build());
      } else {
        if (input != FLAT && !(layer instanceof LastTimeStep)) {
          list.layer(new GlobalPoolingLayer());
        }
        list.layer(output.build()).setInputType(input);
      }
      MultiLayerNetwork network = new MultiLayerNetwork(list.build());
      network.init();
      return network;
    }

    /** Whether its input is a sequence. */
    boolean recurrent() {
      return input == SEQUENCE;
    }

    @Override
    public String toString() {
      return layer == null ? key : layer.getClass().getSimpleName() + " " + key;
    }
  }

  private WeightedLayers() {}

  @SuppressWarnings("deprecation") // networks with Graves's LSTM are still about
  static List<Weights> all() {
    int heads = 2;
    int size = 3;
    Layer separable = new SeparableConvolution2D.Builder(2, 3).depthMultiplier(2).nOut(3).build();
    Layer attention =
        new SelfAttentionLayer.Builder()
            .nOut(4)
            .nHeads(heads)
            .headSize(size)
            .projectInput(true)
            .build();
    Layer learned =
        new LearnedSelfAttentionLayer.Builder()
            .nOut(4)
            .nHeads(heads)
            .headSize(size)
            .nQueries(2)
            .projectInput(true)
            .build();
    Layer recurrentAttention =
        new RecurrentAttentionLayer.Builder()
            .nOut(4)
            .nHeads(heads)
            .headSize(size)
            .projectInput(true)
            .build();
    Layer lstm = new LSTM.Builder().nOut(4).build();
    Layer graves = new GravesLSTM.Builder().nOut(4).build();
    Layer gravesBoth = new GravesBidirectionalLSTM.Builder().nOut(4).build();
    Layer simple = new SimpleRnn.Builder().nOut(4).build();
    return List.of(
        // 'f': the column of a unit is one run of memory
        of(new DenseLayer.Builder().nOut(3).build(), FLAT, "W", i -> i / 4),
        of(new ElementWiseMultiplicationLayer.Builder().nOut(4).build(), FLAT, "W", i -> i),
        of(new EmbeddingLayer.Builder().nIn(4).nOut(3).build(), null, "W", i -> i % 4),
        of(
            new EmbeddingSequenceLayer.Builder().nOut(4).inputLength(5).build(),
            SEQUENCE,
            "W",
            i -> i % 3),
        // 'c': the kernel of an output channel is one run of memory
        of(new ConvolutionLayer.Builder(2, 3).nOut(3).build(), IMAGE, "W", i -> i / 12),
        of(new ConvolutionLayer.Builder(1, 1).nOut(1).build(), IMAGE, "W", i -> 0),
        of(new Convolution3D.Builder(2, 2, 3).nOut(3).build(), VOLUME, "W", i -> i / 24),
        // [width, in, out], whatever its shape says
        of(new Convolution1DLayer.Builder(2).nOut(4).build(), SEQUENCE, "W", i -> i % 4),
        of(new Deconvolution2D.Builder(2, 3).nOut(3).build(), IMAGE, "W", i -> i / 6 % 3),
        of(
            new Deconvolution3D.Builder().kernelSize(2, 2, 3).nOut(3).build(),
            VOLUME,
            "W",
            i -> i / 2 % 3),
        of(
            new DepthwiseConvolution2D.Builder(2, 3).depthMultiplier(2).nOut(4).build(),
            IMAGE,
            "W",
            i -> i % 4),
        of(separable, IMAGE, "W", i -> i / 6),
        of(separable, IMAGE, "pW", i -> i / 4),
        // [position, 6, 3]
        of(
            new LocallyConnected1D.Builder().kernelSize(2).nOut(3).build(),
            SEQUENCE,
            "W",
            i -> i / 18 * 3 + i % 3),
        of(
            new LocallyConnected2D.Builder().kernelSize(3, 3).nOut(3).build(),
            IMAGE,
            "W",
            i -> i / 54 * 3 + i % 3),
        of(lstm, SEQUENCE, "W", i -> i / 3),
        of(lstm, SEQUENCE, "RW", i -> i / 4),
        of(graves, SEQUENCE, "W", i -> i / 3),
        of(graves, SEQUENCE, "RW", i -> i < 64 ? i / 4 : NONE),
        of(gravesBoth, SEQUENCE, "RWF", i -> i < 64 ? i / 4 : NONE),
        of(gravesBoth, SEQUENCE, "WB", i -> i / 3),
        of(simple, SEQUENCE, "W", i -> i / 3),
        of(simple, SEQUENCE, "RW", i -> i / 4),
        of(new Bidirectional(lstm.clone()), SEQUENCE, "fW", i -> i / 3),
        of(new Bidirectional(lstm.clone()), SEQUENCE, "bRW", i -> i / 4),
        of(new LastTimeStep(lstm.clone()), SEQUENCE, "RW", i -> i / 4),
        of(new MaskZeroLayer(simple.clone(), 0), SEQUENCE, "RW", i -> i / 4),
        of(
            new TimeDistributed(new DenseLayer.Builder().nOut(4).build()),
            SEQUENCE,
            "W",
            i -> i / 3),
        // [heads, size, in], and [heads * size, out] behind them
        of(attention, SEQUENCE, "Wq", i -> i / 3),
        of(attention, SEQUENCE, "Wo", i -> i % 4),
        of(learned, SEQUENCE, "Wv", i -> i / 3),
        of(learned, SEQUENCE, "Q", i -> i % 2),
        of(recurrentAttention, SEQUENCE, "Wk", i -> i / 3),
        of(recurrentAttention, SEQUENCE, "W", i -> i % 4),
        of(recurrentAttention, SEQUENCE, "RW", i -> i % 4),
        // [height, width, in, out]
        of(
            new PrimaryCapsules.Builder(2, 3).kernelSize(2, 2).stride(1, 1).build(),
            IMAGE,
            "weight",
            i -> i % 6),
        // [1, capsules, 4 * 2, size, 1]
        of(new CapsuleLayer.Builder(4, 2, 2).build(), SEQUENCE, "weight", i -> i / 5 % 8));
  }

  private static Weights of(
      Layer layer, @Nullable InputType input, String key, IntUnaryOperator unitAt) {
    return new Weights(layer, input, key, unitAt);
  }
}
