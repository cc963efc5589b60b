package io.github.dl4jext.uncertainty;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Makes layers of the dropouts of a trained network: each goes in front of its layer, behind the
 * layer's preprocessor, and is on for good. Such a layer has no parameters, so parameters and
 * updater state stay where they are.
 */
final class AlwaysOnDropout {

  private AlwaysOnDropout() {}

  static MultiLayerNetwork of(MultiLayerNetwork network) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    Map<Integer, InputPreProcessor> preProcessors = new HashMap<>();
    int found = 0;
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      NeuralNetConfiguration own = configuration.getConf(i);
      if (configuration.getInputPreProcess(i) != null) {
        preProcessors.put(layers.size(), configuration.getInputPreProcess(i));
      }
      ExtractedDropout.own(own.getLayer());
      IDropout dropout = takenFrom(own.getLayer(), "layer " + i);
      if (dropout != null) {
        found++;
        layers.add(with(own, dropout, own.getLayer().getLayerName()));
      }
      if (dropout == null || !(own.getLayer() instanceof DropoutLayer)) {
        layers.add(own);
      }
    }
    requireSome(found);
    configuration.setConfs(layers);
    configuration.setInputPreProcessors(preProcessors);
    MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
    copy.init(network.params().dup(), false);
    // an original that has never been trained gets no updater by being asked for one
    if (network.getUpdater(false) != null && network.getUpdater().getStateViewArray() != null) {
      INDArray state = network.getUpdater().getStateViewArray().dup();
      copy.getUpdater().setStateViewArray(copy, state, false);
    }
    return copy;
  }

  static ComputationGraph of(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    // the host's own clone of a graph's configuration forgets how far training was
    configuration.setIterationCount(network.getIterationCount());
    configuration.setEpochCount(network.getEpochCount());
    Map<String, GraphVertex> vertices = new LinkedHashMap<>();
    Map<String, List<String>> inputs = new LinkedHashMap<>(configuration.getVertexInputs());
    int found = 0;
    for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
      String name = entry.getKey();
      IDropout dropout = null;
      if (entry.getValue() instanceof LayerVertex own) {
        ExtractedDropout.own(own.getLayerConf().getLayer());
        dropout = takenFrom(own.getLayerConf().getLayer(), "layer " + name);
      }
      if (dropout == null) {
        vertices.put(name, entry.getValue());
        continue;
      }
      found++;
      LayerVertex own = (LayerVertex) entry.getValue();
      if (own.getLayerConf().getLayer() instanceof DropoutLayer) {
        vertices.put(name, vertex(own, dropout, name));
        continue;
      }
      String inserted = name + "-dropout";
      vertices.put(inserted, vertex(own, dropout, inserted));
      inputs.put(inserted, inputs.get(name));
      own.setPreProcessor(null);
      vertices.put(name, own);
      inputs.put(name, new ArrayList<>(List.of(inserted)));
    }
    requireSome(found);
    configuration.setVertices(vertices);
    configuration.setVertexInputs(inputs);
    configuration.setTopologicalOrder(null);
    configuration.setTopologicalOrderStr(null);
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(network.params().dup(), false);
    if (network.getUpdater(false) != null && network.getUpdater().getStateViewArray() != null) {
      copy.getUpdater().setStateViewArray(network.getUpdater().getStateViewArray().dup());
    }
    return copy;
  }

  private static LayerVertex vertex(LayerVertex before, IDropout dropout, String name) {
    return new LayerVertex(with(before.getLayerConf(), dropout, name), before.getPreProcessor());
  }

  private static NeuralNetConfiguration with(
      NeuralNetConfiguration layer, IDropout dropout, String name) {
    NeuralNetConfiguration own = layer.clone();
    MonteCarloDropoutLayer always = new MonteCarloDropoutLayer(dropout);
    always.setLayerName(name);
    // none of them does anything, but JSON without them is taken for that of an old version
    always.setIUpdater(new NoOp());
    always.setActivationFn(new ActivationIdentity());
    always.setWeightInitFn(new WeightInitXavier());
    always.setRegularization(new ArrayList<>());
    always.setRegularizationBias(new ArrayList<>());
    own.setLayer(always);
    own.clearVariables();
    return own;
  }

  private static IDropout takenFrom(Layer layer, String name) {
    if (layer instanceof LastTimeStep || layer instanceof TimeDistributed) {
      return takenFrom(((BaseWrapperLayer) layer).getUnderlying(), name);
    }
    Layer copy = layer.clone();
    ExtractedDropout.own(copy);
    if (copy instanceof BaseLayer base) {
      // noise on weights stays as it is, on in training
      base.setWeightNoise(null);
    }
    ExtractedDropout noise = ExtractedDropout.takenFrom(copy, 0, name);
    if (noise.isPresent() && layer.getIDropout() == null) {
      throw new IllegalArgumentException(
          name
              + " ("
              + layer.getClass().getSimpleName()
              + ") has dropout inside, which cannot go in front of it: predict by MonteCarloDropout");
    }
    if (!noise.isPresent()) {
      return null;
    }
    IDropout dropout = layer.getIDropout();
    layer.setIDropout(null);
    return dropout;
  }

  private static void requireSome(int found) {
    if (found == 0) {
      throw new IllegalArgumentException(
          "the network has no dropout that acts in training: there is nothing to switch on");
    }
  }
}
