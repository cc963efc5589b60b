package io.github.dl4jext.transfer.surgery;

import io.github.dl4jext.network.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/** Finds the output shape of each vertex of a graph, as far as it can be derived. */
final class GraphShapes {

  private final Map<String, InputType> types = new HashMap<>();

  /** Begins with the vertices that are kept, and what is known of the graph's inputs. */
  GraphShapes(
      ComputationGraphConfiguration conf,
      InputType @Nullable [] given,
      List<? extends Node> nodes,
      Set<String> kept) {
    List<String> inputs = conf.getNetworkInputs();
    if (given != null) {
      if (given.length != inputs.size()) {
        throw new IllegalArgumentException(
            "inputTypes must be "
                + inputs.size()
                + ", one for each of "
                + inputs
                + ", were "
                + given.length);
      }
      for (int i = 0; i < given.length; i++) {
        types.put(inputs.get(i), given[i]);
      }
    }
    for (Node node : nodes) {
      String name = node.name();
      List<String> sources = Objects.requireNonNull(conf.getVertexInputs().get(name), name);
      GraphVertex vertex = Objects.requireNonNull(conf.getVertices().get(name), name);
      if (vertex instanceof LayerVertex layer) {
        // what goes into a layer says what comes out of the one below
        LayerShapes.below(layer.getLayerConf().getLayer(), layer.getPreProcessor())
            .ifPresent(type -> types.putIfAbsent(sources.get(0), type));
      }
      if (kept.contains(name)) {
        add(name, vertex, sources);
      }
    }
  }

  /** What a vertex or an input of the graph puts out. */
  InputType required(String name) {
    InputType type = types.get(name);
    if (type == null) {
      throw LayerShapes.unknown(name, "inputTypes(...)");
    }
    return type;
  }

  /** What a new layer gets; if that is not known, what its own number of inputs says. */
  InputType below(Layer added, String source, ComputationGraphConfiguration conf) {
    if (!types.containsKey(source)) {
      List<Layer> layers = new ArrayList<>();
      String name = source;
      while (conf.getVertices().get(name) instanceof LayerVertex vertex) {
        layers.add(vertex.getLayerConf().getLayer());
        name = firstInput(conf, name);
      }
      LayerShapes.stated(added, layers).ifPresent(type -> add(source, type));
    }
    return required(source);
  }

  /** What feeds a vertex, the first if there are several. */
  static String firstInput(ComputationGraphConfiguration conf, String vertex) {
    return Objects.requireNonNull(conf.getVertexInputs().get(vertex), vertex).get(0);
  }

  void add(String name, InputType type) {
    types.put(name, type);
  }

  /** Notes what a vertex puts out, if what it takes is known. */
  void add(String name, GraphVertex vertex, List<String> sources) {
    output(vertex, sources).ifPresent(type -> types.put(name, type));
  }

  private Optional<InputType> output(GraphVertex vertex, List<String> sources) {
    if (vertex instanceof LayerVertex layer) {
      return LayerShapes.above(
          layer.getLayerConf().getLayer(), layer.getPreProcessor(), types.get(sources.get(0)));
    }
    return types.keySet().containsAll(sources)
        ? Optional.of(
            vertex.getOutputType(0, sources.stream().map(types::get).toArray(InputType[]::new)))
        : Optional.empty();
  }
}
