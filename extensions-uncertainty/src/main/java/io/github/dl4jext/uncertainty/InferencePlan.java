package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.HostMemory;
import io.github.dl4jext.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs copies of a network's layers over the same parameter memory, for one thread at a time.
 * Copies are needed because a layer keeps its input in a field, so two threads must not run it at
 * the same time.
 *
 * @param steps the steps, in the order of computation
 * @param chain whether the only input of each step is the value of the one before
 * @param outputs the numbers of the values that are the network's outputs
 * @param forms the meaning of each output's numbers
 * @param parameters the address of the parameters in memory
 * @param copy the network that has these layers, which passes masks on to them
 */
record InferencePlan(
    List<PlanStep> steps,
    boolean chain,
    int[] outputs,
    List<OutputForm> forms,
    long parameters,
    Network copy) {

  /** Copies the layers of a network of either type. */
  static InferencePlan forNetwork(Model network) {
    return Network.of(network).byType(InferencePlan::forLayers, InferencePlan::forGraph);
  }

  /** Returns the address of a network's parameters; a plan with another address is out of date. */
  static long address(Model network) {
    return HostMemory.address(network.params());
  }

  int inputs() {
    return copy.byType(stack -> 1, ComputationGraph::getNumInputArrays);
  }

  /**
   * Sets the inputs' masks on the layers that they reach, until the next call; null removes them.
   */
  void setMasks(@Nullable INDArray @Nullable [] masks) {
    copy.byType(
        stack -> {
          stack.clearLayerMaskArrays();
          stack.setLayerMaskArrays(masks == null ? null : masks[0], null);
          return stack;
        },
        graph -> {
          graph.setLayerMaskArrays(masks, null);
          return graph;
        });
  }

  /** Sets a graph's inputs, which some of its vertices read. */
  void setInputs(INDArray... inputs) {
    copy.byType(
        stack -> stack,
        graph -> {
          graph.setInputs(inputs);
          return graph;
        });
  }

  /** Throws unless a layer has noise that acts at a step of training. */
  void requireRandomAt(int iteration, int epoch) {
    if (steps.stream().noneMatch(step -> step.isRandomAt(iteration, epoch))) {
      throw new IllegalArgumentException(
          "the network has no dropout that acts in training, so all samples would be alike:"
              + " add some, such as dropOut(...) on a dense layer, and train with it");
    }
  }

  /**
   * Throws unless there are as many arrays as the network has inputs, with equally many examples.
   */
  void check(INDArray... arrays) {
    if (arrays.length != inputs()) {
      throw new IllegalArgumentException(
          "the network takes " + inputs() + " inputs, and was given " + arrays.length);
    }
    for (INDArray array : arrays) {
      if (array == null || array.isEmpty() || array.size(0) != arrays[0].size(0)) {
        throw new IllegalArgumentException(
            "the inputs must have one and the same number of examples, at least 1, but were "
                + Arrays.stream(arrays)
                    .map(x -> x == null ? null : x.shapeInfoToString())
                    .toList());
      }
    }
  }

  /** Throws unless each mask that is given has a row for each example. */
  void checkMasks(@Nullable INDArray @Nullable [] masks, long examples) {
    if (masks == null) {
      return;
    }
    if (masks.length != inputs()) {
      throw new IllegalArgumentException(
          "the network takes " + inputs() + " inputs, and was given " + masks.length + " masks");
    }
    for (INDArray mask : masks) {
      if (mask != null && mask.size(0) != examples) {
        throw new IllegalArgumentException(
            "a mask must have a row for each of the "
                + examples
                + " examples, was of shape "
                + Arrays.toString(mask.shape()));
      }
    }
  }

  private static InferencePlan forLayers(MultiLayerNetwork network) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    int size = configuration.getConfs().size();
    List<ExtractedDropout> dropouts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      org.deeplearning4j.nn.conf.layers.Layer layer = configuration.getConf(i).getLayer();
      ExtractedDropout.own(layer);
      dropouts.add(ExtractedDropout.takenFrom(layer, i, "layer " + i));
    }
    MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
    copy.init(shared(network), false);
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int @Nullable [] permutation =
          i == 0 ? null : PlanLayout.between(copy.getLayer(i - 1), copy.getLayer(i));
      steps.add(
          new LayerStep(
              i,
              configuration.getInputPreProcess(i),
              permutation,
              dropouts.get(i),
              copy.getLayer(i)));
    }
    List<org.deeplearning4j.nn.conf.layers.Layer> fromTheTop = new ArrayList<>();
    for (int i = size - 1; i >= 0; i--) {
      fromTheTop.add(configuration.getConf(i).getLayer());
    }
    OutputForm form = OutputForm.readFrom(fromTheTop);
    return new InferencePlan(
        steps, true, new int[] {size}, List.of(form), address(network), Network.of(copy));
  }

  private static InferencePlan forGraph(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    Map<String, ExtractedDropout> dropouts = new HashMap<>();
    for (GraphVertex vertex : network.getVertices()) {
      org.deeplearning4j.nn.conf.graph.GraphVertex described =
          configuration.getVertices().get(vertex.getVertexName());
      if (described instanceof org.deeplearning4j.nn.conf.graph.LayerVertex own) {
        String name = vertex.getVertexName();
        org.deeplearning4j.nn.conf.layers.Layer layer = own.getLayerConf().getLayer();
        ExtractedDropout.own(layer);
        dropouts.put(
            name, ExtractedDropout.takenFrom(layer, vertex.getVertexIndex(), "layer " + name));
      }
    }
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(shared(network), false);
    int inputs = copy.getNumInputArrays();
    Map<Integer, Integer> values = new HashMap<>();
    IntStream.range(0, inputs).forEach(i -> values.put(i, i));
    List<PlanStep> steps = new ArrayList<>();
    for (int index : copy.topologicalSortOrder()) {
      if (index >= inputs) {
        GraphVertex vertex = copy.getVertices()[index];
        int[] from = new int[vertex.getInputVertices().length];
        for (VertexIndices input : vertex.getInputVertices()) {
          from[input.getVertexEdgeNumber()] =
              Objects.requireNonNull(values.get(input.getVertexIndex()), "the place of an input");
        }
        values.put(index, inputs + steps.size());
        steps.add(step(copy, vertex, dropouts.get(vertex.getVertexName()), from));
      }
    }
    List<String> names = configuration.getNetworkOutputs();
    int[] outputs =
        names.stream().mapToInt(n -> values.get(copy.getVertex(n).getVertexIndex())).toArray();
    List<OutputForm> forms =
        names.stream()
            .map(name -> OutputForm.readFrom(fromTheTop(copy, copy.getVertex(name))))
            .toList();
    return new InferencePlan(steps, false, outputs, forms, address(network), Network.of(copy));
  }

  /** Returns a layer and those below it, down to the first vertex that is not a layer. */
  private static List<org.deeplearning4j.nn.conf.layers.Layer> fromTheTop(
      ComputationGraph graph, GraphVertex top) {
    List<org.deeplearning4j.nn.conf.layers.Layer> layers = new ArrayList<>();
    GraphVertex vertex = top;
    while (vertex.hasLayer()) {
      layers.add(vertex.getLayer().conf().getLayer());
      vertex = graph.getVertices()[vertex.getInputVertices()[0].getVertexIndex()];
    }
    return layers;
  }

  private static PlanStep step(
      ComputationGraph graph, GraphVertex vertex, @Nullable ExtractedDropout dropout, int[] from) {
    if (dropout == null || !(vertex instanceof LayerVertex own)) {
      return new VertexStep(vertex, from);
    }
    GraphVertex before = graph.getVertices()[vertex.getInputVertices()[0].getVertexIndex()];
    int @Nullable [] permutation =
        before.hasLayer() ? PlanLayout.between(before.getLayer(), own.getLayer()) : null;
    return new LayerStep(from[0], own.getLayerPreProcessor(), permutation, dropout, own.getLayer());
  }

  private static @Nullable INDArray shared(Model network) {
    INDArray parameters = network.params();
    return parameters == null || parameters.isEmpty() ? null : parameters;
  }
}
