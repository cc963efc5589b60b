package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LayerStatus;
import io.github.dl4jext.network.ParameterState;
import io.github.dl4jext.network.Topology;
import io.github.dl4jext.transfer.freezing.FrozenCopy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A stack of layers, split between two of them. */
final class SplitLayers implements SplitNetwork<MultiLayerNetwork> {

  private final MultiLayerNetwork whole;

  /** How many layers are below. */
  private final int trunk;

  private final MultiLayerNetwork head;

  SplitLayers(MultiLayerNetwork network) {
    Topology topology = Topology.of(network);
    MultiLayerConfiguration stored = network.getLayerWiseConfigurations();
    trunk =
        FrozenBackbone.of(
                topology,
                (key, before) ->
                    BatchDimension.spreadAfter(
                        stored.getInputPreProcess(Integer.parseInt(key)), before))
            .size();
    for (LayerStatus layer : topology.layers().subList(0, trunk)) {
      TbpttSegments.check(stored.getBackpropType(), String.valueOf(layer.index()), layer.layer());
    }
    whole = FrozenCopy.of(network, topology.frozen());
    head = new MultiLayerNetwork(upperConfiguration());
    head.init(upper(whole).dup(), false);
    if (whole.getUpdater(false) != null) {
      head.getUpdater();
      carry(whole, head, -trunk);
    }
    head.setListeners(whole.getListeners());
  }

  private MultiLayerConfiguration upperConfiguration() {
    MultiLayerConfiguration conf =
        MultiLayerConfiguration.fromJson(whole.getLayerWiseConfigurations().toJson());
    conf.setConfs(new ArrayList<>(conf.getConfs().subList(trunk, conf.getConfs().size())));
    Map<Integer, InputPreProcessor> between = new HashMap<>();
    if (conf.getInputPreProcessors() != null) {
      conf.getInputPreProcessors()
          .forEach(
              (layer, processor) -> {
                if (layer >= trunk) {
                  between.put(layer - trunk, processor);
                }
              });
    }
    conf.setInputPreProcessors(between);
    conf.setIterationCount(whole.getIterationCount());
    conf.setEpochCount(whole.getEpochCount());
    return conf;
  }

  @Override
  public MultiLayerNetwork head() {
    return head;
  }

  @Override
  public Collection<TrainingListener> listeners() {
    return head.getListeners();
  }

  @Override
  public MultiDataSet atBorder(MultiDataSet batch) {
    INDArray mask = Batches.only(batch.getFeaturesMaskArrays());
    INDArray maskAtBorder = maskAtBorder(mask);
    INDArray features = whole.feedForwardToLayer(trunk - 1, batch.getFeatures(0), false).get(trunk);
    whole.clearLayerMaskArrays();
    INDArray[] atBorder = {features};
    Batches.requireExamples(List.of(String.valueOf(trunk - 1)), atBorder, batch.getFeatures(0));
    return Batches.of(
        atBorder, batch.getLabels(), new INDArray[] {maskAtBorder}, batch.getLabelsMaskArrays());
  }

  /**
   * Sets the mask of each layer of the trunk, as the host does; some layers pass it on, and some
   * end it. What the host calls its state goes lost, as the head's mask is active to it: no layer
   * of the host reads that.
   */
  private INDArray maskAtBorder(INDArray mask) {
    Pair<INDArray, MaskState> passed = new Pair<>(mask, MaskState.Active);
    for (int i = 0; i < trunk && passed != null && passed.getFirst() != null; i++) {
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

  @Override
  public void fit(MultiDataSet batch) {
    head.fit(
        batch.getFeatures(0),
        batch.getLabels(0),
        Batches.only(batch.getFeaturesMaskArrays()),
        Batches.only(batch.getLabelsMaskArrays()));
  }

  @Override
  public void endEpoch() {
    head.incrementEpochCount();
  }

  @Override
  public MultiLayerNetwork joined() {
    upper(whole).assign(head.params().reshape(head.params().length()));
    whole.getUpdater();
    carry(head, whole, trunk);
    whole.getLayerWiseConfigurations().setIterationCount(head.getIterationCount());
    whole.getLayerWiseConfigurations().setEpochCount(head.getEpochCount());
    return whole;
  }

  @Override
  public void addTo(FeatureKey key) {
    MultiLayerConfiguration conf = whole.getLayerWiseConfigurations();
    for (int i = 0; i < trunk; i++) {
      key.add(conf.getConf(i), conf.getInputPreProcess(i));
      key.add(whole.getLayer(i).params());
    }
  }

  private INDArray upper(MultiLayerNetwork net) {
    long below = 0;
    for (int i = 0; i < trunk; i++) {
      below += net.getLayer(i).numParams();
    }
    INDArray all = net.params().reshape(net.params().length());
    return all.get(NDArrayIndex.interval(below, all.length()));
  }

  private static void carry(MultiLayerNetwork from, MultiLayerNetwork to, int shift) {
    ParameterState.copy(
        ParameterState.of(from),
        state -> List.of(state.layerIndex() + shift, state.parameter()),
        ParameterState.of(to),
        state -> List.of(state.layerIndex(), state.parameter()));
  }
}
