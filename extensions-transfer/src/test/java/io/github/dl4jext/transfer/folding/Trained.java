package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks with everything that could move a frozen parameter, in double. */
public enum Trained {
  DENSE {
    @Override
    public Model untrained() {
      return net(
          builder()
              .list()
              .layer(dense(6))
              .layer(dense(5))
              .layer(dense(4))
              .layer(output())
              .setInputType(InputType.feedForward(7))
              .build());
    }
  },
  CONVOLUTIONAL {
    @Override
    public Model untrained() {
      return net(
          builder()
              .list()
              .layer(convolution())
              .layer(new BatchNormalization())
              .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
              .layer(convolution())
              .layer(new BatchNormalization.Builder().useLogStd(false).build())
              .layer(output())
              .setInputType(InputType.convolutional(8, 8, 2))
              .build());
    }

    @Override
    public INDArray features() {
      return Nd4j.rand(DataType.DOUBLE, ROWS, 2, 8, 8);
    }
  },
  BATCH_NORM {
    @Override
    public Model untrained() {
      return net(
          builder()
              .list()
              .layer(dense(6))
              .layer(new BatchNormalization())
              .layer(dense(5))
              .layer(new BatchNormalization())
              .layer(output())
              .setInputType(InputType.feedForward(7))
              .build());
    }
  },
  RECURRENT {
    @Override
    public Model untrained() {
      return net(
          builder()
              .list()
              .layer(lstm(4))
              .layer(new Bidirectional(Bidirectional.Mode.CONCAT, lstm(3)))
              .layer(lstm(4))
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(CLASSES)
                      .activation(Activation.SOFTMAX)
                      .build())
              .setInputType(InputType.recurrent(3))
              .build());
    }

    @Override
    public INDArray features() {
      return Nd4j.rand(DataType.DOUBLE, ROWS, 3, 5);
    }

    @Override
    public INDArray labels() {
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, ROWS, CLASSES, 5);
      for (int i = 0; i < ROWS; i++) {
        for (int t = 0; t < 5; t++) {
          labels.putScalar(i, (i + t) % CLASSES, t, 1);
        }
      }
      return labels;
    }
  },
  GRAPH {
    @Override
    public Model untrained() {
      ComputationGraphConfiguration conf =
          builder()
              .graphBuilder()
              .addInputs("in")
              .addLayer("stem", dense(6), "in")
              .addLayer("left", dense(5), "stem")
              .addLayer("norm", new BatchNormalization(), "left")
              .addLayer("right", dense(4), "stem")
              .addVertex("both", new MergeVertex(), "norm", "right")
              .addLayer("top", dense(5), "both")
              .addLayer("out", output(), "top")
              .setOutputs("out")
              .setInputTypes(InputType.feedForward(7))
              .build();
      ComputationGraph graph = new ComputationGraph(conf);
      graph.init();
      return graph;
    }
  };

  public static final int ROWS = 8;
  public static final int CLASSES = 3;

  public abstract Model untrained();

  public INDArray features() {
    return Nd4j.rand(DataType.DOUBLE, ROWS, 7).subi(0.5).muli(4);
  }

  public INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, ROWS, CLASSES);
    for (int i = 0; i < ROWS; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  public DataSet data() {
    Nd4j.getRandom().setSeed(11);
    return new DataSet(features(), labels());
  }

  private Model trained;

  /** Ten steps of Adam, so that there is momentum to move what is frozen; not to be changed. */
  public synchronized Model trained() {
    if (trained == null) {
      trained = untrained();
      fit(trained, data(), 10);
    }
    return trained;
  }

  public static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .l2(1e-2)
        .updater(new Adam(0.01));
  }

  public static DenseLayer dense(int size) {
    DenseLayer layer =
        new DenseLayer.Builder()
            .nOut(size)
            .dropOut(new Dropout(0.8))
            .constrainWeights(new MaxNormConstraint(0.9, 0))
            .build();
    layer.setRegularization(new java.util.ArrayList<>());
    layer.getRegularization().add(new WeightDecay(0.01, true));
    return layer;
  }

  private static ConvolutionLayer convolution() {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(4)
        .constrainWeights(new MaxNormConstraint(0.9, 1, 2, 3))
        .build();
  }

  private static LSTM lstm(int size) {
    return new LSTM.Builder().nOut(size).dropOut(new Dropout(0.8)).build();
  }

  public static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork net(
      org.deeplearning4j.nn.conf.MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  /** The noise is the same each time. */
  public static void fit(Model model, DataSet data, int steps) {
    Nd4j.getRandom().setSeed(12);
    for (int i = 0; i < steps; i++) {
      if (model instanceof MultiLayerNetwork net) {
        net.fit(data);
      } else {
        ((ComputationGraph) model).fit(data);
      }
    }
  }

  public static Model freeze(Model model, LayerSelector layers) {
    return Freezing.freeze(model, layers);
  }

  public static Model unfreeze(Model model) {
    return Freezing.unfreeze(model);
  }

  public static Model unfreeze(Model model, LayerSelector layers) {
    return Freezing.unfreeze(model, layers);
  }

  public static Model restored(Model model) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(model, bytes, true);
      ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
      return model instanceof MultiLayerNetwork
          ? ModelSerializer.restoreMultiLayerNetwork(in, true)
          : ModelSerializer.restoreComputationGraph(in, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static double[] numbers(INDArray array) {
    return array.dup().castTo(DataType.DOUBLE).reshape(array.length()).toDoubleVector();
  }

  /** Every parameter by name, to be compared bit by bit. */
  public static Map<String, double[]> parameters(Model model) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    model.paramTable().forEach((name, array) -> parameters.put(name, numbers(array)));
    return parameters;
  }

  /** The layers, by the first part of their parameters' names, of which a parameter differs. */
  public static TreeSet<String> moved(Map<String, double[]> before, Map<String, double[]> after) {
    TreeSet<String> moved = new TreeSet<>();
    before.forEach(
        (name, numbers) -> {
          if (!java.util.Arrays.equals(numbers, after.get(name))) {
            moved.add(name.substring(0, name.lastIndexOf('_')));
          }
        });
    return moved;
  }

  public static double[] updaterState(Model model) {
    INDArray state =
        model instanceof MultiLayerNetwork net
            ? net.getUpdater().getStateViewArray()
            : ((ComputationGraph) model).getUpdater().getStateViewArray();
    return state == null ? new double[0] : numbers(state);
  }
}
