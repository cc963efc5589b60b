package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.ConfigurationReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Splits a stack of layers between two of them. */
final class SplitLayers extends SplitNetwork<MultiLayerNetwork> {

  /** How many layers are below the border. */
  private final int below;

  private final MultiLayerNetwork head;
  private final Map<String, String> namesInWhole = new HashMap<>();

  SplitLayers(MultiLayerNetwork network) {
    super(network);
    below = backbone.size();
    head = new MultiLayerNetwork(upperConfiguration());
    head.init(upper().dup(), false);
    List<LiveNode> ofWhole = Network.of(whole).nodes();
    for (LiveNode node : head().nodes()) {
      namesInWhole.put(node.name(), ofWhole.get(below + node.index()).name());
    }
  }

  private MultiLayerConfiguration upperConfiguration() {
    MultiLayerConfiguration conf = ConfigurationReading.copyOf(whole.getLayerWiseConfigurations());
    conf.setConfs(new ArrayList<>(conf.getConfs().subList(below, conf.getConfs().size())));
    Map<Integer, InputPreProcessor> between = new HashMap<>();
    if (conf.getInputPreProcessors() != null) {
      conf.getInputPreProcessors()
          .forEach(
              (layer, processor) -> {
                if (layer >= below) {
                  between.put(layer - below, processor);
                }
              });
    }
    conf.setInputPreProcessors(between);
    conf.setIterationCount(whole.getIterationCount());
    conf.setEpochCount(whole.getEpochCount());
    return conf;
  }

  private INDArray upper() {
    long count = 0;
    for (int i = 0; i < below; i++) {
      count += whole.getLayer(i).numParams();
    }
    INDArray all = whole.params().reshape(whole.params().length());
    return all.get(NDArrayIndex.interval(count, all.length()));
  }

  @Override
  Network head() {
    return Network.of(head);
  }

  @Override
  String nameInWhole(String nodeOfHead) {
    return Objects.requireNonNull(namesInWhole.get(nodeOfHead), nodeOfHead);
  }

  @Override
  String border() {
    return String.valueOf(below);
  }

  @Override
  void show(MultiDataSet batch, @Nullable Gradient gradient) {
    whole.setInput(batch.getFeatures(0));
    whole.setLabels(batch.getLabels(0));
    whole.setGradient(gradient);
  }

  /** Not by {@code clear()}, which takes the updater away. */
  @Override
  void forget() {
    whole.setInput(null);
    whole.setLabels(null);
  }

  @Override
  List<INDArray> inWhole(List<INDArray> activationsOfHead) {
    INDArray untold = Nd4j.empty(whole.params().dataType());
    List<INDArray> all = new ArrayList<>();
    for (int i = 0; i < below; i++) {
      all.add(untold);
    }
    all.addAll(activationsOfHead);
    return all;
  }

  @Override
  MultiDataSet atBorder(MultiDataSet batch) {
    INDArray mask = Batches.only(batch.getFeaturesMaskArrays());
    INDArray maskAtBorder = maskAtBorder(mask);
    INDArray features = whole.feedForwardToLayer(below - 1, batch.getFeatures(0), false).get(below);
    whole.clearLayerMaskArrays();
    INDArray[] atBorder = {features};
    Batches.requireExamples(List.of(String.valueOf(below - 1)), atBorder, batch.getFeatures(0));
    return Batches.of(
        atBorder, batch.getLabels(), new INDArray[] {maskAtBorder}, batch.getLabelsMaskArrays());
  }

  /**
   * Sets the mask of each layer of the backbone, as DL4J does; some layers pass it on, and some end
   * it. The state of the mask is dropped: to the head every mask is active, and no layer of DL4J
   * reads the state.
   */
  private @Nullable INDArray maskAtBorder(@Nullable INDArray mask) {
    if (mask == null) {
      return null;
    }
    Pair<INDArray, MaskState> passed = new Pair<>(mask, MaskState.Active);
    for (int i = 0; i < below && passed != null && passed.getFirst() != null; i++) {
      int examples = (int) mask.size(0);
      InputPreProcessor before = whole.getLayerWiseConfigurations().getInputPreProcess(i);
      if (before != null) {
        passed = before.feedForwardMaskArray(passed.getFirst(), passed.getSecond(), examples);
      }
      Layer layer = whole.getLayer(i);
      passed =
          passed == null
              ? null
              : layer.feedForwardMaskArray(passed.getFirst(), passed.getSecond(), examples);
    }
    return passed == null ? null : passed.getFirst();
  }
}
