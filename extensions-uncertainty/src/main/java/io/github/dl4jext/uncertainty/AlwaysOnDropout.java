package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
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
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Turns the dropouts of a trained network into layers that always drop. Each is put between its
 * layer and the layer's preprocessor. Such a layer has no parameters, so the parameters and the
 * updater's state keep their places.
 */
final class AlwaysOnDropout {

  private AlwaysOnDropout() {}

  /** Copies a network of either type, with dropouts that are always on. */
  static Model switchedOn(Model network) {
    Network original = Network.of(network);
    Model copy = original.<Model>byType(AlwaysOnDropout::switchedOn, AlwaysOnDropout::switchedOn);
    Network on = Network.of(copy);
    UpdaterState.copyOf(original).putInto(on, nameInOriginal(original, on));
    return copy;
  }

  /**
   * Maps names to the original. In a stack, a layer without a name is called by its index, which
   * changes when layers are put in.
   */
  private static UnaryOperator<ParameterName> nameInOriginal(Network original, Network on) {
    return original.byType(
        stack -> {
          List<String> before = withParameters(original);
          List<String> now = withParameters(on);
          return name -> new ParameterName(before.get(now.indexOf(name.node())), name.parameter());
        },
        graph -> UnaryOperator.identity());
  }

  private static List<String> withParameters(Network network) {
    return network.nodes().stream()
        .filter(node -> node.parameterCount() > 0)
        .map(Node::name)
        .toList();
  }

  private static MultiLayerNetwork switchedOn(MultiLayerNetwork network) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    Map<Integer, InputPreProcessor> preProcessors = new HashMap<>();
    boolean acts = false;
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      NeuralNetConfiguration own = configuration.getConf(i);
      if (configuration.getInputPreProcess(i) != null) {
        preProcessors.put(layers.size(), configuration.getInputPreProcess(i));
      }
      ExtractedDropout.own(own.getLayer());
      IDropout dropout = takenFrom(own.getLayer(), "layer " + i);
      if (dropout != null) {
        acts |= actsAt(dropout, network.getIterationCount(), network.getEpochCount());
        layers.add(with(own, dropout, own.getLayer().getLayerName()));
      }
      if (dropout == null || !(own.getLayer() instanceof DropoutLayer)) {
        layers.add(own);
      }
    }
    requireSome(acts);
    configuration.setConfs(layers);
    configuration.setInputPreProcessors(preProcessors);
    MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
    copy.init(network.params().dup(), false);
    return copy;
  }

  private static ComputationGraph switchedOn(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    // DL4J's own clone of a graph's configuration loses the counters of training
    configuration.setIterationCount(network.getIterationCount());
    configuration.setEpochCount(network.getEpochCount());
    Map<String, GraphVertex> vertices = new LinkedHashMap<>();
    Map<String, List<String>> inputs = new LinkedHashMap<>(configuration.getVertexInputs());
    boolean acts = false;
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
      acts |= actsAt(dropout, network.getIterationCount(), network.getEpochCount());
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
    requireSome(acts);
    configuration.setVertices(vertices);
    configuration.setVertexInputs(inputs);
    configuration.setTopologicalOrder(null);
    configuration.setTopologicalOrderStr(null);
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(network.params().dup(), false);
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
    // they have no effect, but DL4J takes JSON without them for that of an old version
    always.setIUpdater(new NoOp());
    always.setActivationFn(new ActivationIdentity());
    always.setWeightInitFn(new WeightInitXavier());
    always.setRegularization(new ArrayList<>());
    always.setRegularizationBias(new ArrayList<>());
    own.setLayer(always);
    own.clearVariables();
    return own;
  }

  private static @Nullable IDropout takenFrom(Layer layer, String name) {
    if (layer instanceof LastTimeStep || layer instanceof TimeDistributed) {
      return takenFrom(((BaseWrapperLayer) layer).getUnderlying(), name);
    }
    Layer copy = layer.clone();
    ExtractedDropout.own(copy);
    if (copy instanceof BaseLayer base) {
      // weight noise does not change, and acts in training only
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

  /** Whether a dropout changes anything. It was taken from its layer, so it can be seeded. */
  private static boolean actsAt(IDropout dropout, int iteration, int epoch) {
    return Dl4jDropouts.seeded(dropout, "a layer").actsAt(iteration, epoch);
  }

  private static void requireSome(boolean acts) {
    if (!acts) {
      throw new IllegalArgumentException(
          "the network has no dropout that acts in training: there is nothing to switch on");
    }
  }
}
