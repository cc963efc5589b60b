package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Shows a {@code MultiLayerNetwork} as a {@link Network}. */
public final class LayerStack implements Network {

  private final MultiLayerNetwork model;

  LayerStack(MultiLayerNetwork model) {
    this.model = model;
  }

  @Override
  public MultiLayerNetwork model() {
    return model;
  }

  @Override
  public <R> R byType(
      Function<? super MultiLayerNetwork, ? extends R> stack,
      Function<? super ComputationGraph, ? extends R> graph) {
    return stack.apply(model);
  }

  @Override
  public NetworkConfiguration configuration() {
    return new StackConfiguration(model.getLayerWiseConfigurations());
  }

  @Override
  public List<LiveNode> nodes() {
    List<LiveNode> nodes = new ArrayList<>();
    long offset = 0;
    for (Node.Facts facts : new StackConfiguration(model.getLayerWiseConfigurations()).facts()) {
      LiveNode node = new LiveNode(facts, model.getLayer(facts.index()), offset);
      nodes.add(node);
      offset += node.parameterCount();
    }
    StackConfiguration.connect(nodes);
    return nodes;
  }

  @Override
  public INDArray gradients() {
    return model.getFlattenedGradients();
  }

  @Override
  public Optional<BaseMultiLayerUpdater<?>> updater() {
    Updater updater = model.getUpdater(false);
    return updater instanceof BaseMultiLayerUpdater<?> blocks
        ? Optional.of(blocks)
        : Optional.empty();
  }

  @Override
  public void setUpdater(@Nullable BaseMultiLayerUpdater<?> updater) {
    model.setUpdater(updater);
  }

  @Override
  public BaseMultiLayerUpdater<?> newUpdater() {
    return new MultiLayerUpdater(model);
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
    model.fit(single(batch));
  }

  @Override
  public Optional<MultiDataSet> minibatch() {
    INDArray features = model.getInput();
    INDArray labels = model.getLabels();
    if (features == null || labels == null) {
      return Optional.empty();
    }
    // DL4J keeps the masks only in the layers; the one of a sequence's labels is a column there
    Layer[] layers = model.getLayers();
    INDArray mask = layers[layers.length - 1].getMaskArray();
    if (mask != null && labels.rank() == 3 && mask.size(0) != labels.size(0)) {
      mask = TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, (int) labels.size(0));
    }
    return Optional.of(
        new org.nd4j.linalg.dataset.MultiDataSet(
            new INDArray[] {features},
            new INDArray[] {labels},
            array(layers[0].getMaskArray()),
            array(mask)));
  }

  private static INDArray @Nullable [] array(@Nullable INDArray mask) {
    return mask == null ? null : new INDArray[] {mask};
  }

  @Override
  public void clearRecurrentState() {
    model.rnnClearPreviousState();
  }

  @Override
  public void clearStep() {
    model.clearLayerMaskArrays();
    model.clearLayersStates();
  }

  @Override
  public INDArray[] output(
      boolean training, INDArray[] inputs, @Nullable INDArray @Nullable [] masks) {
    // DL4J leaves masks in the layers, and uses them again where none are given
    model.clearLayerMaskArrays();
    try {
      return new INDArray[] {model.output(only(inputs), training, first(masks), null)};
    } finally {
      model.clearLayerMaskArrays();
    }
  }

  @Override
  public Map<String, INDArray> activations(
      boolean training,
      INDArray[] inputs,
      @Nullable INDArray @Nullable [] inputMasks,
      @Nullable INDArray @Nullable [] labelMasks) {
    model.clearLayerMaskArrays();
    model.setLayerMaskArrays(first(inputMasks), first(labelMasks));
    model.setInput(only(inputs));
    List<INDArray> values;
    try {
      values = model.feedForward(training, false);
    } finally {
      model.clearLayerMaskArrays();
    }
    Map<String, INDArray> named = new LinkedHashMap<>();
    nodes().forEach(node -> named.put(node.name(), values.get(node.index() + 1)));
    return named;
  }

  @Override
  public double score(DataSet batch, boolean training) {
    return model.score(
        new org.nd4j.linalg.dataset.DataSet(
            batch.getFeatures(),
            batch.getLabels(),
            batch.getFeaturesMaskArray(),
            batch.getLabelsMaskArray()),
        training);
  }

  @Override
  public double score(MultiDataSet batch, boolean training) {
    return model.score(single(batch), training);
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

  private static org.nd4j.linalg.dataset.DataSet single(MultiDataSet batch) {
    return new org.nd4j.linalg.dataset.DataSet(
        only(batch.getFeatures()),
        batch.getLabels() == null ? null : only(batch.getLabels()),
        first(batch.getFeaturesMaskArrays()),
        first(batch.getLabelsMaskArrays()));
  }

  private static INDArray only(INDArray[] arrays) {
    if (arrays.length != 1) {
      throw new IllegalArgumentException(
          "a MultiLayerNetwork takes 1 array of inputs and 1 of labels, was " + arrays.length);
    }
    return arrays[0];
  }

  private static @Nullable INDArray first(@Nullable INDArray @Nullable [] masks) {
    return masks == null || masks.length == 0 ? null : masks[0];
  }
}
