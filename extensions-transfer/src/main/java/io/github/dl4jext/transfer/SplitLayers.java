package io.github.dl4jext.transfer;

import io.github.dl4jext.spi.ParameterState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The upper layers of a network as one of its own, which goes on where the whole was. */
final class HeadNetwork {

  private final MultiLayerNetwork whole;
  private final int trunk;
  private final MultiLayerNetwork head;

  /** Takes the layers from an index on. */
  HeadNetwork(MultiLayerNetwork whole, int trunk) {
    this.whole = whole;
    this.trunk = trunk;
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
    head = new MultiLayerNetwork(conf);
    head.init(upper(whole).dup(), false);
    if (whole.getUpdater(false) != null) {
      head.getUpdater();
      carry(whole, head, -trunk);
    }
    head.setListeners(whole.getListeners());
  }

  MultiLayerNetwork network() {
    return head;
  }

  /** The whole network with the head as it is now. */
  MultiLayerNetwork joined() {
    MultiLayerNetwork joined =
        FrozenCopy.of(whole, Topology.of(whole).frozen(), (key, layer) -> {});
    upper(joined).assign(head.params().reshape(head.params().length()));
    joined.getUpdater();
    carry(head, joined, trunk);
    joined.getLayerWiseConfigurations().setIterationCount(head.getIterationCount());
    joined.getLayerWiseConfigurations().setEpochCount(head.getEpochCount());
    return joined;
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
