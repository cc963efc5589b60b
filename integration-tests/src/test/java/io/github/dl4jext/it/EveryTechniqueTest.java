package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * One network with every activation and every initialiser there is: stored in every way, it is the
 * same, and trained on after a restore it goes where it would have gone, bit by bit.
 */
class EveryTechniqueTest {

  private static final int UNITS = 6;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .updater(new Adam(1e-3));
  }

  /** As many layers as there are activations; the initialisers take turns. */
  private static List<Layer> hidden() {
    Plugins plugins = Plugins.installed();
    List<Plugin<IActivation>> activations = plugins.of(IActivation.class);
    List<Plugin<IWeightInit>> initialisers = plugins.of(IWeightInit.class);
    assertThat(activations).hasSizeGreaterThanOrEqualTo(17);
    assertThat(initialisers).hasSizeBetween(8, activations.size());
    return java.util.stream.IntStream.range(0, activations.size())
        .<Layer>mapToObj(
            i ->
                new DenseLayer.Builder()
                    .nIn(UNITS)
                    .nOut(UNITS)
                    .activation(plugins.create(IActivation.class, activations.get(i).name()))
                    .weightInit(
                        plugins.create(
                            IWeightInit.class, initialisers.get(i % initialisers.size()).name()))
                    .build())
        .toList();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(UNITS)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Test
  void survivesInAMultiLayerNetwork(@TempDir Path folder) throws IOException {
    NeuralNetConfiguration.ListBuilder list = base().list();
    hidden().forEach(list::layer);
    MultiLayerConfiguration conf = list.layer(output()).build();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);

    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    train(net);
    File file = folder.resolve("net.zip").toFile();
    net.save(file, true);
    assertResumes(net, ModelSerializer.restoreMultiLayerNetwork(file, true));
  }

  @Test
  void survivesInAComputationGraph(@TempDir Path folder) throws IOException {
    ComputationGraphConfiguration.GraphBuilder graph = base().graphBuilder().addInputs("0");
    List<Layer> hidden = hidden();
    for (int i = 0; i < hidden.size(); i++) {
      graph.addLayer("" + (i + 1), hidden.get(i), "" + i);
    }
    ComputationGraphConfiguration conf =
        graph.addLayer("out", output(), "" + hidden.size()).setOutputs("out").build();
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);

    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    train(net);
    File file = folder.resolve("graph.zip").toFile();
    net.save(file, true);
    assertResumes(net, ModelSerializer.restoreComputationGraph(file, true));
  }

  private static void assertResumes(Model original, Model restored) {
    double[] before = numbers(original);
    assertThat(numbers(restored)).isEqualTo(before);
    train(original);
    train(restored);
    assertThat(numbers(original)).isNotEqualTo(before);
    assertThat(original.params().isNaN().any()).isFalse();
    assertThat(numbers(restored)).isEqualTo(numbers(original));
  }

  /** The parameters bit by bit: {@code INDArray.equals} lets differences of 1e-5 pass. */
  private static double[] numbers(Model model) {
    return model.params().dup('c').data().asDouble();
  }

  private static void train(Model net) {
    Nd4j.getRandom().setSeed(17);
    INDArray features = Nd4j.randn(DataType.DOUBLE, 9, UNITS).muli(2);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 9, 3);
    for (int i = 0; i < 9; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    for (int step = 0; step < 3; step++) {
      if (net instanceof MultiLayerNetwork network) {
        network.fit(new DataSet(features, labels));
      } else {
        ((ComputationGraph) net).fit(new DataSet(features, labels));
      }
    }
  }
}
