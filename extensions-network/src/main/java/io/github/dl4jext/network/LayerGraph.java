package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.samediff.SameDiffGraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Shows a {@code ComputationGraph} as a {@link Network}. */
public final class LayerGraph implements Network {

  private final ComputationGraph model;

  LayerGraph(ComputationGraph model) {
    this.model = model;
  }

  @Override
  public ComputationGraph model() {
    return model;
  }

  @Override
  public <R> R byType(
      Function<? super MultiLayerNetwork, ? extends R> stack,
      Function<? super ComputationGraph, ? extends R> graph) {
    return graph.apply(model);
  }

  @Override
  public NetworkConfiguration configuration() {
    return new GraphConfiguration(model.getConfiguration());
  }

  @Override
  public List<LiveNode> nodes() {
    Map<String, Node.Facts> facts = new GraphConfiguration(model.getConfiguration()).facts();
    GraphVertex[] vertices = model.getVertices();
    List<LiveNode> nodes = new ArrayList<>();
    long offset = 0;
    for (int position : model.topologicalSortOrder()) {
      GraphVertex vertex = vertices[position];
      if (!vertex.isInputVertex()) {
        LiveNode node =
            new LiveNode(
                Objects.requireNonNull(
                    facts.get(vertex.getVertexName()), "every vertex has a configuration"),
                vertex,
                offset);
        nodes.add(node);
        offset += node.parameterCount();
      }
    }
    GraphConfiguration.connect(nodes);
    return nodes;
  }

  @Override
  public INDArray gradients() {
    return model.getFlattenedGradients();
  }

  @Override
  public Optional<BaseMultiLayerUpdater<?>> updater() {
    return Optional.ofNullable(model.getUpdater(false));
  }

  @Override
  public void setUpdater(@Nullable BaseMultiLayerUpdater<?> updater) {
    model.setUpdater((ComputationGraphUpdater) updater);
  }

  @Override
  public BaseMultiLayerUpdater<?> newUpdater() {
    return new ComputationGraphUpdater(model);
  }

  @Override
  public List<TrainingListener> listeners() {
    return List.copyOf(model.getListeners());
  }

  @Override
  public void setListeners(Collection<? extends TrainingListener> listeners) {
    model.setListeners(new ArrayList<>(listeners));
  }

  @Override
  public void fit(DataSet batch) {
    model.fit(batch);
  }

  @Override
  public void fit(MultiDataSet batch) {
    model.fit(batch);
  }

  @Override
  public Optional<MultiDataSet> minibatch() {
    INDArray[] features = model.getInputs();
    // DL4J gives the labels out from its output layers only
    @Nullable INDArray[] labels = new INDArray[model.getNumOutputArrays()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = model.getOutputLayer(i) instanceof IOutputLayer end ? end.getLabels() : null;
    }
    return isThere(features) && isThere(labels)
        ? Optional.of(
            new org.nd4j.linalg.dataset.MultiDataSet(
                features, labels, model.getInputMaskArrays(), model.getLabelMaskArrays()))
        : Optional.empty();
  }

  private static boolean isThere(@Nullable INDArray @Nullable [] arrays) {
    return arrays != null && Arrays.stream(arrays).allMatch(Objects::nonNull);
  }

  @Override
  public void clearRecurrentState() {
    model.rnnClearPreviousState();
  }

  @Override
  public void clearStep() {
    clearMasks();
    model.clearLayersStates();
  }

  /**
   * Clears all masks. DL4J leaves those in SameDiff vertices, such as attention, which are not
   * layers.
   */
  private void clearMasks() {
    model.clearLayerMaskArrays();
    for (GraphVertex vertex : model.getVertices()) {
      if (vertex instanceof SameDiffGraphVertex) {
        try {
          INDArray[] none = new INDArray[vertex.getNumInputArrays()];
          vertex.feedForwardMaskArrays(none, MaskState.Active, 0);
        } catch (UnsupportedOperationException takesNoMasks) {
          // DL4J's default for a user's own vertices, which keep no masks
        }
      }
    }
  }

  @Override
  public INDArray[] output(
      boolean training, INDArray[] inputs, @Nullable INDArray @Nullable [] masks) {
    // DL4J leaves masks in the layers, and uses them again where none are given
    clearMasks();
    try {
      return model.output(training, inputs, masks);
    } finally {
      clearMasks();
    }
  }

  @Override
  public Map<String, INDArray> activations(
      boolean training,
      INDArray[] inputs,
      @Nullable INDArray @Nullable [] inputMasks,
      @Nullable INDArray @Nullable [] labelMasks) {
    clearMasks();
    model.setLayerMaskArrays(inputMasks, labelMasks);
    Map<String, INDArray> values;
    try {
      values = model.feedForward(inputs, training, false);
    } finally {
      clearMasks();
    }
    Map<String, INDArray> named = new LinkedHashMap<>();
    nodes().forEach(node -> named.put(node.name(), values.get(node.name())));
    return named;
  }

  @Override
  public double score(DataSet batch, boolean training) {
    return model.score(batch, training);
  }

  @Override
  public double score(MultiDataSet batch, boolean training) {
    return model.score(batch, training);
  }

  @Override
  public void setScore(double score) {
    model.setScore(score);
  }

  @Override
  public <E extends IEvaluation<?>> E evaluate(DataSetIterator data, E evaluation) {
    model.doEvaluation(data, new IEvaluation<?>[] {evaluation});
    return evaluation;
  }

  @Override
  public <E extends IEvaluation<?>> E evaluate(MultiDataSetIterator data, E evaluation) {
    model.doEvaluation(data, new IEvaluation<?>[] {evaluation});
    return evaluation;
  }
}
