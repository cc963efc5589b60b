package io.github.dl4jext.regularization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The same small network as a list of layers and as a graph, with one layer of each sort. */
final class SmallNetworks {

  private SmallNetworks() {}

  static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(new Sgd(0.5));
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .name("out")
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  static MultiLayerConfiguration layers() {
    return layers(base());
  }

  static MultiLayerConfiguration layers(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new FrozenLayer(new DenseLayer.Builder().name("frozen").nOut(4).build()))
        .layer(new DenseLayer.Builder().name("hidden").nOut(3).hasLayerNorm(true).build())
        .layer(new ActivationLayer.Builder().name("tanh").activation(Activation.TANH).build())
        .layer(new BatchNormalization.Builder().name("norm").build())
        .layer(output())
        .setInputType(InputType.feedForward(4))
        .build();
  }

  static ComputationGraphConfiguration graph() {
    return base()
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.feedForward(4))
        .addLayer("frozen", new FrozenLayer(new DenseLayer.Builder().nOut(4).build()), "in")
        .addLayer("hidden", new DenseLayer.Builder().nOut(3).hasLayerNorm(true).build(), "frozen")
        .addLayer("tanh", new ActivationLayer(Activation.TANH), "hidden")
        .addLayer("norm", new BatchNormalization(), "tanh")
        .addLayer("out", output(), "norm")
        .setOutputs("out")
        .build();
  }

  static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  static DataSet data() {
    Nd4j.getRandom().setSeed(9);
    return new DataSet(Nd4j.randn(DataType.DOUBLE, 8, 4), Nd4j.randn(DataType.DOUBLE, 8, 2));
  }

  static MultiLayerNetwork restored(MultiLayerNetwork network) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, bytes, true);
    return ModelSerializer.restoreMultiLayerNetwork(
        new ByteArrayInputStream(bytes.toByteArray()), true);
  }
}
