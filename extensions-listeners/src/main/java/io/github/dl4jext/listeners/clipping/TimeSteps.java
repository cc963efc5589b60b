package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Counts the time steps over which DL4J sums the loss of a minibatch. */
final class TimeSteps {

  private TimeSteps() {}

  /**
   * Returns the mean number of time steps with a loss per example: those that no mask hides, and in
   * truncated backpropagation those of the segment. In a graph the number is known after the
   * forward pass, from the inputs of output layers; in a stack after the backward pass, from its
   * labels.
   *
   * @param network a network
   * @return the number; 1 if no output is a sequence or all of it is hidden, 0 if it is not known
   * @throws IllegalStateException if outputs have different numbers
   */
  static double perExample(Network network) {
    Map<String, Double> found = new LinkedHashMap<>();
    for (LiveNode node : network.nodes()) {
      node.liveLayer()
          .filter(IOutputLayer.class::isInstance)
          .map(IOutputLayer.class::cast)
          .filter(output -> shaped(output) != null)
          .ifPresent(output -> found.put(node.name(), perExample(output)));
    }
    if (new TreeSet<>(found.values()).size() > 1) {
      throw new IllegalStateException(
          "perTimeStep: all outputs must have the same number of time steps, were "
              + found
              + "; take a limit for the sum over them");
    }
    return found.values().stream().findFirst().orElse(0.0);
  }

  private static @Nullable INDArray shaped(IOutputLayer output) {
    return output.getLabels() == null ? output.input() : output.getLabels();
  }

  private static double perExample(IOutputLayer output) {
    INDArray in = Objects.requireNonNull(shaped(output), "an output without was left out");
    if (in.rank() != 3) {
      return 1;
    }
    boolean timeFirst = format(output.conf().getLayer()) == RNNFormat.NWC;
    INDArray mask = output.getMaskArray();
    if (mask == null) {
      return in.size(timeFirst ? 1 : 2);
    }
    INDArray present = mask.rank() == 3 ? mask.max(timeFirst ? 2 : 1) : mask;
    double seen = present.sumNumber().doubleValue();
    return seen > 0 ? seen / in.size(0) : 1;
  }

  private static RNNFormat format(Layer layer) {
    if (layer instanceof RnnOutputLayer output) {
      return output.getRnnDataFormat();
    }
    return layer instanceof RnnLossLayer loss ? loss.getRnnDataFormat() : RNNFormat.NCW;
  }
}
