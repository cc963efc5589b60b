package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.LayerGraph;
import io.github.dl4jext.network.LayerStack;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a network apart, so that a part can be changed or removed, and assembles it again. What it
 * was made from is never written to.
 */
abstract class MutableNetwork<M extends Model> {

  private static final Logger LOG = LoggerFactory.getLogger(BatchNormFolding.class);

  /** By name, in the order in which they were added. */
  private final Map<String, MutableNode> parts = new LinkedHashMap<>();

  @SuppressWarnings("unchecked") // the parts are of the network's own type
  static <M extends Model> MutableNetwork<M> of(M model) {
    Network network = Network.of(model);
    return (MutableNetwork<M>)
        (network instanceof LayerStack stack
            ? new Sequence(stack)
            : new Graph((LayerGraph) network));
  }

  final void add(MutableNode part) {
    parts.put(part.name(), part);
  }

  final List<MutableNode> all() {
    return new ArrayList<>(parts.values());
  }

  /** The part of this name; null for an input of the network. */
  final @Nullable MutableNode get(String name) {
    return parts.get(name);
  }

  final List<MutableNode> consumers(String name) {
    return all().stream().filter(part -> part.inputs().contains(name)).toList();
  }

  /** Takes a part with one input out; what read it reads its input. */
  final void remove(MutableNode part) {
    MutableNode instead = withoutLayer(part);
    for (MutableNode other : all()) {
      if (instead == null) {
        other.inputs().replaceAll(name -> name.equals(part.name()) ? part.inputs().get(0) : name);
      }
    }
    if (instead == null) {
      parts.remove(part.name());
    } else {
      parts.replace(part.name(), instead);
    }
  }

  /**
   * Makes the network's outputs those before the last activation, where nothing else reads them.
   */
  final MutableNetwork<M> toLogits() {
    ActivationIdentity identity = new ActivationIdentity();
    for (MutableNode part : all()) {
      boolean last = outputs().contains(part.name()) && consumers(part.name()).isEmpty();
      if (last && part.isLayer()) {
        if (part.layer() instanceof BaseLayer layer) {
          layer.setActivationFn(identity);
        } else if (part.layer() instanceof ActivationLayer layer) {
          layer.setActivationFn(identity);
        }
      }
    }
    return this;
  }

  /**
   * What every part computes in double from these inputs, in double too, with the outputs before
   * the last activation. These parts are made into such ones.
   */
  @SuppressWarnings("unchecked") // DL4J converts a network to one of the same class
  final Map<String, INDArray> logits(INDArray... inputs) {
    M network = toLogits().build();
    boolean isDouble = network.params().dataType() == DataType.DOUBLE;
    M converted =
        isDouble
            ? network
            : (M)
                Network.of(network)
                    .<Model>byType(
                        stack -> stack.convertDataType(DataType.DOUBLE),
                        graph -> graph.convertDataType(DataType.DOUBLE));
    return checkedActivations(converted, inputs);
  }

  /** What every part computes, or a message that the network does not run on these inputs. */
  final Map<String, INDArray> checkedActivations(M network, INDArray... inputs) {
    try {
      return activations(network, inputs);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the network that was given does not run on the batch of shape "
              + Arrays.stream(inputs).map(INDArray::shape).map(Arrays::toString).toList()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Whether there is no batch norm, which is said. */
  final boolean warnIfNothingToFold() {
    boolean nothing =
        all().stream()
            .noneMatch(part -> part.isLayer() && part.layer() instanceof BatchNormalization);
    if (nothing) {
      LOG.warn("batch norm folding: {}", FoldedNetwork.NOTHING);
    }
    return nothing;
  }

  /** Whether the name of this part is how a user gets at an output. */
  abstract boolean isNamedOutput(String name);

  /** What stays of a part when its layer goes; null if nothing does. */
  abstract @Nullable MutableNode withoutLayer(MutableNode part);

  /** What every part computes from these inputs, by name; the network's inputs are among it. */
  abstract Map<String, INDArray> activations(M net, INDArray... inputs);

  /** The names by which parts read the network's inputs. */
  abstract List<String> inputs();

  /** The parts whose results the network gives out, in its order. */
  abstract List<String> outputs();

  /** Puts the parts together, into a network of its own. */
  abstract M build();

  static @Nullable INDArray noParameters(DataType type, long length) {
    return length == 0 ? null : Nd4j.create(type, 1, length);
  }

  private static final class Sequence extends MutableNetwork<MultiLayerNetwork> {

    /** No layer has this name, as it has a space at its end. */
    private static final String INPUT = "input ";

    private final MultiLayerConfiguration conf;

    Sequence(LayerStack stack) {
      conf = stack.model().getLayerWiseConfigurations().clone();
      List<Node> copies = NetworkConfiguration.of(conf).nodes();
      String before = INPUT;
      for (LiveNode node : stack.nodes()) {
        add(
            MutableNode.layer(
                node.name(),
                copies.get(node.index()),
                conf.getConf(node.index()),
                List.of(before),
                node::parameters));
        before = node.name();
      }
    }

    @Override
    List<String> inputs() {
      return List.of(INPUT);
    }

    @Override
    boolean isNamedOutput(String name) {
      return false;
    }

    @Override
    @Nullable MutableNode withoutLayer(MutableNode part) {
      for (MutableNode next : consumers(part.name())) {
        next.preProcessor(composed(part.preProcessor(), next.preProcessor()));
      }
      return null;
    }

    private static @Nullable InputPreProcessor composed(
        @Nullable InputPreProcessor first, @Nullable InputPreProcessor second) {
      if (first == null || second == null) {
        return first == null ? second : first;
      }
      return new ComposableInputPreProcessor(first, second);
    }

    @Override
    Map<String, INDArray> activations(MultiLayerNetwork net, INDArray... inputs) {
      Map<String, INDArray> named = new HashMap<>();
      List<INDArray> all = net.feedForward(inputs[0], false);
      named.put(INPUT, all.get(0));
      List<MutableNode> layers = all();
      for (int i = 0; i < layers.size(); i++) {
        named.put(layers.get(i).name(), all.get(i + 1));
      }
      return named;
    }

    @Override
    List<String> outputs() {
      List<MutableNode> layers = all();
      return List.of(layers.get(layers.size() - 1).name());
    }

    @Override
    MultiLayerNetwork build() {
      MultiLayerConfiguration made = conf.clone();
      List<NeuralNetConfiguration> layers = new ArrayList<>();
      Map<Integer, InputPreProcessor> preProcessors = new HashMap<>();
      long length = 0;
      for (MutableNode part : all()) {
        if (part.preProcessor() != null) {
          preProcessors.put(layers.size(), part.preProcessor().clone());
        }
        NeuralNetConfiguration layer = part.conf().clone();
        layer.clearVariables();
        length += layer.getLayer().initializer().numParams(layer);
        layers.add(layer);
      }
      made.setConfs(layers);
      made.setInputPreProcessors(preProcessors);
      MultiLayerNetwork net = new MultiLayerNetwork(made);
      net.init(noParameters(made.getDataType(), length), false);
      for (int i = 0; i < layers.size(); i++) {
        all().get(i).copyInto(net.getLayer(i).paramTable());
      }
      return net;
    }
  }

  private static final class Graph extends MutableNetwork<ComputationGraph> {

    private final ComputationGraphConfiguration conf;

    Graph(LayerGraph graph) {
      conf = graph.model().getConfiguration().clone();
      NetworkConfiguration view = NetworkConfiguration.of(conf);
      // DL4J's clone of a graph forgets how far training was
      view.setProgress(graph.progress());
      Map<String, LiveNode> originals = new HashMap<>();
      graph.nodes().forEach(node -> originals.put(node.name(), node));
      Map<String, Node> copies = new HashMap<>();
      view.nodes().forEach(node -> copies.put(node.name(), node));
      // in the order in which they were added, which gives them their index
      for (String name : conf.getVertices().keySet()) {
        Node node = Objects.requireNonNull(copies.get(name), name);
        LiveNode original = Objects.requireNonNull(originals.get(name), name);
        List<String> inputs = conf.getVertexInputs().getOrDefault(name, List.of());
        add(
            conf.getVertices().get(name) instanceof LayerVertex layer
                ? MutableNode.layer(name, node, layer.getLayerConf(), inputs, original::parameters)
                : MutableNode.vertex(
                    name, conf.getVertices().get(name), inputs, original::parameters));
      }
    }

    @Override
    List<String> inputs() {
      return conf.getNetworkInputs();
    }

    @Override
    boolean isNamedOutput(String name) {
      return outputs().contains(name);
    }

    @Override
    @Nullable MutableNode withoutLayer(MutableNode part) {
      return part.preProcessor() == null
          ? null
          : MutableNode.vertex(
              part.name(), new PreprocessorVertex(part.preProcessor()), part.inputs(), Map::of);
    }

    @Override
    Map<String, INDArray> activations(ComputationGraph net, INDArray... inputs) {
      return net.feedForward(inputs, false);
    }

    @Override
    List<String> outputs() {
      return conf.getNetworkOutputs();
    }

    @Override
    ComputationGraph build() {
      ComputationGraphConfiguration made = conf.clone();
      Map<String, GraphVertex> vertices = new LinkedHashMap<>();
      Map<String, List<String>> inputs = new LinkedHashMap<>();
      long length = 0;
      for (MutableNode part : all()) {
        GraphVertex vertex = part.toVertex();
        length += vertex.numParams(true);
        vertices.put(part.name(), vertex);
        inputs.put(part.name(), new ArrayList<>(part.inputs()));
      }
      made.setVertices(vertices);
      made.setVertexInputs(inputs);
      made.setIterationCount(conf.getIterationCount());
      made.setEpochCount(conf.getEpochCount());
      ComputationGraph net = new ComputationGraph(made);
      net.init(noParameters(made.getDataType(), length), false);
      for (MutableNode part : all()) {
        part.copyInto(net.getVertex(part.name()).paramTable(false));
      }
      return net;
    }
  }
}
