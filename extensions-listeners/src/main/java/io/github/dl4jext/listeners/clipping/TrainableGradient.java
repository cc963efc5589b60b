package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.spi.Technique;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Shows the part of a network's gradient that is one: without frozen layers, and without the slots
 * in which batch normalization hands in its new statistics.
 *
 * <p>Parameters that lie side by side are one view, so that a network without batch normalization
 * is a single one. The views are kept from step to step; where they lie is looked up at every step,
 * because layers may be frozen meanwhile.
 */
final class TrainableGradient {

  private @Nullable INDArray whole;
  private long[] bounds = {};
  private List<INDArray> views = List.of();

  /** Returns the views, in the order of memory. */
  List<INDArray> views(Network network) {
    INDArray gradient = network.gradients();
    long[] now = bounds(slots(network));
    if (gradient != whole || !Arrays.equals(now, bounds)) {
      INDArray vector = gradient.reshape(gradient.length());
      List<INDArray> fresh = new ArrayList<>();
      for (int i = 0; i < now.length; i += 2) {
        fresh.add(vector.get(NDArrayIndex.interval(now[i], now[i + 1])));
      }
      views = List.copyOf(fresh);
      bounds = now;
      whole = gradient;
    }
    return views;
  }

  /** Lists every parameter that is trained, in the order of memory. */
  static List<ParameterSlot> slots(Network network) {
    return network.slots().stream().filter(ParameterSlot::learns).toList();
  }

  static Network network(Model model) {
    return Network.find(model)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "gradients are clipped in a MultiLayerNetwork or a ComputationGraph, not in a "
                        + model.getClass().getName()
                        + ": add the listener after layer-wise pretraining"));
  }

  /** Refuses the state of a listener that clips otherwise. */
  static void requireRule(Technique<?> technique, TrainingListener own, ListenerState state) {
    String given = state.text("rule");
    technique
        .checks()
        .that(given.equals(own.toString()), "resumeFrom", "given a listener like " + own, given)
        .done();
  }

  /** Finds starts and ends of what lies side by side. */
  private static long[] bounds(List<ParameterSlot> slots) {
    long[] bounds = new long[2 * slots.size()];
    int count = 0;
    for (ParameterSlot slot : slots) {
      if (count > 0 && bounds[count - 1] == slot.from()) {
        bounds[count - 1] = slot.to();
      } else {
        bounds[count++] = slot.from();
        bounds[count++] = slot.to();
      }
    }
    return Arrays.copyOf(bounds, count);
  }
}
