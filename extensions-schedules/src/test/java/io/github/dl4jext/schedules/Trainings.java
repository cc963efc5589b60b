package io.github.dl4jext.schedules;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks and data to train them on, alike for both network types. */
final class Trainings {

  static final int INPUTS = 3;
  static final int CLASSES = 2;
  static final int BATCH = 8;

  /** Which of DL4J's two types. */
  enum Type {
    MULTI_LAYER,
    GRAPH
  }

  private Trainings() {}

  /** Dense, dense with dropout, batch normalization, output: layer i learns by updaters[i]. */
  static Model network(Type type, IUpdater biases, IUpdater... updaters) {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .activation(Activation.TANH);
    if (biases != null) {
      base.biasUpdater(biases);
    }
    DenseLayer first =
        new DenseLayer.Builder().nIn(INPUTS).nOut(5).updater(of(updaters, 0)).build();
    DenseLayer second =
        new DenseLayer.Builder().nIn(5).nOut(4).updater(of(updaters, 1)).dropOut(0.8).build();
    BatchNormalization norm =
        new BatchNormalization.Builder().nIn(4).nOut(4).updater(of(updaters, 2)).build();
    OutputLayer last =
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(4)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .updater(of(updaters, 3))
            .build();
    if (type == Type.MULTI_LAYER) {
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              base.list().layer(first).layer(second).layer(norm).layer(last).build());
      network.init();
      return network;
    }
    ComputationGraph graph =
        new ComputationGraph(
            base.graphBuilder()
                .addInputs("in")
                .addLayer("first", first, "in")
                .addLayer("second", second, "first")
                .addLayer("norm", norm, "second")
                .addLayer("last", last, "norm")
                .setOutputs("last")
                .build());
    graph.init();
    return graph;
  }

  /** The last one stands for all that are not given. */
  private static IUpdater of(IUpdater[] updaters, int layer) {
    return updaters[Math.min(layer, updaters.length - 1)].clone();
  }

  /** Another batch for each number, the same for the same number. */
  static DataSet batch(int number) {
    double[] numbers = new Random(number).doubles((long) BATCH * INPUTS, -2, 2).toArray();
    INDArray features = Nd4j.createFromArray(numbers).reshape(BATCH, INPUTS);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, BATCH, CLASSES);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, features.getDouble(i, 0) > features.getDouble(i, 1) ? 1 : 0, 1);
    }
    return new DataSet(features, labels);
  }

  static DataSetIterator batches(int from, int to) {
    List<DataSet> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.addAll(batch(i).asList());
    }
    return new ListDataSetIterator<>(rows, BATCH);
  }

  static void fit(Model model, DataSet data) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(data);
    } else {
      ((ComputationGraph) model).fit(data);
    }
  }

  static void fit(Model model, DataSetIterator data, int epochs) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(data, epochs);
    } else {
      ((ComputationGraph) model).fit(data, epochs);
    }
  }

  static INDArray updaterState(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getUpdater().getStateViewArray()
        : ((ComputationGraph) model).getUpdater().getStateViewArray();
  }

  static String json(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }

  static Model saveAndRestore(Model model) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(model, out, true);
      ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
      return model instanceof MultiLayerNetwork
          ? ModelSerializer.restoreMultiLayerNetwork(in, true)
          : ModelSerializer.restoreComputationGraph(in, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
