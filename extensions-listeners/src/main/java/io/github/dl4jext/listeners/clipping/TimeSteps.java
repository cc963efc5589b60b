package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Counts the time steps over which DL4J sums the loss of a minibatch. */
final class TimeSteps {

  private TimeSteps() {}

  /**
   * The mean number per example of time steps that have a loss: those of the labels that no mask
   * hides, in truncated backpropagation those of the segment.
   *
   * @param network a network whose gradients have just been computed
   * @return the number; 1 where no output is a sequence, or all of it is hidden
   * @throws IllegalStateException if there are no labels to count, or outputs differ
   */
  static double perExample(Network network) {
    Map<String, Double> found = new LinkedHashMap<>();
    for (LiveNode node : network.nodes()) {
      node.liveLayer()
          .filter(IOutputLayer.class::isInstance)
          .map(IOutputLayer.class::cast)
          .filter(output -> output.getLabels() != null)
          .ifPresent(output -> found.put(node.name(), perExample(output)));
    }
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "perTimeStep: time steps are counted by the labels of output layers, and there are none"
              + " here; take a limit for the sum over time steps");
    }
    if (new TreeSet<>(found.values()).size() > 1) {
      throw new IllegalStateException(
          "perTimeStep: all outputs must have the same number of time steps, were "
              + found
              + "; take a limit for the sum over them");
    }
    double steps = found.values().iterator().next();
    return steps > 0 ? steps : 1;
  }

  private static double perExample(IOutputLayer output) {
    INDArray labels = output.getLabels();
    if (labels.rank() != 3) {
      return 1;
    }
    INDArray mask = output.getMaskArray();
    boolean timeFirst = format(output.conf().getLayer()) == RNNFormat.NWC;
    if (mask == null) {
      return labels.size(timeFirst ? 1 : 2);
    }
    INDArray present = mask.rank() == 3 ? mask.max(timeFirst ? 2 : 1) : mask;
    return present.sumNumber().doubleValue() / labels.size(0);
  }

  private static RNNFormat format(Layer layer) {
    if (layer instanceof RnnOutputLayer output) {
      return output.getRnnDataFormat();
    }
    return layer instanceof RnnLossLayer loss ? loss.getRnnDataFormat() : RNNFormat.NCW;
  }
}
