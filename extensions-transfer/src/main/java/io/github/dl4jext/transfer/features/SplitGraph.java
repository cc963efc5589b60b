package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.ConfigurationReading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Splits a graph along all edges from backbone to head; each source of one is an input of the head.
 */
final class SplitGraph extends SplitNetwork<ComputationGraph> {

  /** What crosses: vertices of the backbone, and network inputs that feed the head. */
  private final List<String> border;

  /** The position, in the order in which DL4J goes, of the last vertex that is kept. */
  private final int last;

  private final ComputationGraph head;

  SplitGraph(ComputationGraph network) {
    super(network);
    ComputationGraphConfiguration conf = ConfigurationReading.copyOf(whole.getConfiguration());
    Set<String> upper = upper();
    border = border(conf, upper);
    last =
        border.stream()
            .mapToInt(whole.getConfiguration().getTopologicalOrderStr()::indexOf)
            .max()
            .orElseThrow();
    cut(conf, upper);
    head = new ComputationGraph(conf);
    long size = upper.stream().mapToLong(key -> whole.getVertex(key).numParams()).sum();
    // not drawn: that would set the seed of ND4J's random numbers
    head.init(Nd4j.zeros(conf.getDataType(), 1, size), false);
    for (LiveNode node : head().nodes()) {
      Map<String, INDArray> values = whole.getVertex(node.name()).paramTable(false);
      node.parameters().forEach((name, array) -> array.assign(values.get(name)));
    }
  }

  /** Outputs and all that they need of what is not in the backbone, in order. */
  private Set<String> upper() {
    Network network = Network.of(whole);
    Set<String> upper = new LinkedHashSet<>();
    network.configuration().outputs().stream()
        .map(LayerSelector::upTo)
        .reduce(LayerSelector::and)
        .orElseThrow()
        .in(network.nodes())
        .forEach(node -> upper.add(node.name()));
    upper.removeAll(backbone);
    return upper;
  }

  private List<String> border(ComputationGraphConfiguration conf, Set<String> upper) {
    Set<String> border = new LinkedHashSet<>();
    for (String key : upper) {
      for (String input : Objects.requireNonNull(conf.getVertexInputs().get(key), key)) {
        if (!upper.contains(input)) {
          border.add(input);
        }
      }
    }
    for (LiveNode node : Network.of(whole).nodes()) {
      String byName = node.vertex().map(SplitGraph::inputByName).orElse(null);
      if (upper.contains(node.name()) && byName != null) {
        border.add(byName);
      }
    }
    return List.copyOf(border);
  }

  /** Some vertices ask for the length or the mask of a network input, wherever they are. */
  private static @Nullable String inputByName(GraphVertex vertex) {
    if (vertex instanceof LastTimeStepVertex last) {
      return last.getMaskArrayInputName();
    }
    if (vertex instanceof ReverseTimeSeriesVertex reverse) {
      return reverse.getMaskArrayInputName();
    }
    return vertex instanceof DuplicateToTimeSeriesVertex copies ? copies.getInputName() : null;
  }

  /** The order stays, and with it that in which dropout draws. */
  private void cut(ComputationGraphConfiguration conf, Set<String> upper) {
    Map<String, GraphVertex> vertices = new LinkedHashMap<>();
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    List<String> order = new ArrayList<>(border);
    for (String key : upper) {
      vertices.put(key, conf.getVertices().get(key));
      inputs.put(key, conf.getVertexInputs().get(key));
      order.add(key);
    }
    conf.setVertices(vertices);
    conf.setVertexInputs(inputs);
    conf.setNetworkInputs(new ArrayList<>(border));
    conf.setTopologicalOrder(IntStream.range(0, order.size()).toArray());
    conf.setTopologicalOrderStr(order);
    conf.setIterationCount(whole.getConfiguration().getIterationCount());
    conf.setEpochCount(whole.getConfiguration().getEpochCount());
  }

  @Override
  Network head() {
    return Network.of(head);
  }

  @Override
  String nameInWhole(String nodeOfHead) {
    return nodeOfHead;
  }

  @Override
  String border() {
    return border.toString();
  }

  @Override
  void show(MultiDataSet batch, @Nullable Gradient gradient) {
    INDArray[] inputs = new INDArray[whole.getNumInputArrays()];
    Arrays.fill(inputs, batch.getFeatures(0));
    whole.setInputs(inputs);
    whole.setLabels(batch.getLabels());
    whole.setGradient(gradient);
  }

  @Override
  void forget() {
    whole.clear();
  }

  @Override
  List<INDArray> inWhole(List<INDArray> activationsOfHead) {
    return activationsOfHead;
  }

  @Override
  MultiDataSet atBorder(MultiDataSet batch) {
    List<String> given = whole.getConfiguration().getNetworkInputs();
    INDArray[] masks = batch.getFeaturesMaskArrays();
    Map<String, INDArray> maskAt = masks == null ? Map.of() : masksUpTo(masks);
    // not output(names, ..), which leaves workspaces open, or fails, where a vertex feeds others
    Map<String, INDArray> found = whole.feedForward(batch.getFeatures(), last, false, true);
    whole.clearLayerMaskArrays();
    INDArray[] features = new INDArray[border.size()];
    INDArray[] featureMasks = new INDArray[border.size()];
    for (int i = 0; i < features.length; i++) {
      String name = border.get(i);
      boolean computed = backbone.contains(name);
      features[i] = computed ? found.get(name) : batch.getFeatures(given.indexOf(name));
      featureMasks[i] = maskAt.get(name);
    }
    Batches.requireExamples(border, features, batch.getFeatures(0));
    return Batches.of(features, batch.getLabels(), featureMasks, batch.getLabelsMaskArrays());
  }

  /**
   * Carries masks through the backbone as DL4J's {@code setLayerMaskArrays} does, which does not
   * tell them. Their state is dropped at the border: no layer of DL4J reads it.
   */
  private Map<String, INDArray> masksUpTo(INDArray[] given) {
    // vertices such as that of the last time step ask the network
    whole.setLayerMaskArrays(given, null);
    Map<Integer, Pair<INDArray, MaskState>> passed = new HashMap<>();
    Map<String, INDArray> masks = new HashMap<>();
    int examples = -1;
    for (INDArray mask : given) {
      examples = mask == null ? examples : (int) mask.size(0);
    }
    for (int position : whole.topologicalSortOrder()) {
      var vertex = whole.getVertices()[position];
      Pair<INDArray, MaskState> out = null;
      if (vertex.isInputVertex()) {
        out = new Pair<>(given[position], MaskState.Active);
      } else if (backbone.contains(vertex.getVertexName())) {
        out = through(vertex, passed, examples);
      }
      passed.put(position, out);
      masks.put(vertex.getVertexName(), out == null ? null : out.getFirst());
    }
    return masks;
  }

  private static @Nullable Pair<INDArray, MaskState> through(
      org.deeplearning4j.nn.graph.vertex.GraphVertex vertex,
      Map<Integer, Pair<INDArray, MaskState>> passed,
      int examples) {
    VertexIndices[] sources = vertex.getInputVertices();
    INDArray[] masks = null;
    MaskState state = null;
    for (int i = 0; i < sources.length; i++) {
      Pair<INDArray, MaskState> source = passed.get(sources[i].getVertexIndex());
      if (source != null) {
        masks = masks == null ? new INDArray[sources.length] : masks;
        masks[i] = source.getFirst();
        state = state == null || state == MaskState.Passthrough ? source.getSecond() : state;
      }
    }
    return vertex.feedForwardMaskArrays(masks, state, examples);
  }
}
