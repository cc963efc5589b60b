package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.ParameterSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Provides the part of a network's gradient that is a gradient: without frozen layers, and without
 * the slots in which batch normalization passes its new statistics.
 *
 * <p>Parameters that are next to each other in memory form one view, so that a network without
 * batch normalization has a single one. The views are kept from step to step. Their bounds are
 * checked at every step, because layers may be frozen meanwhile.
 */
final class TrainableGradient {

  private @Nullable INDArray whole;
  private long[] bounds = {};
  private List<INDArray> views = List.of();

  /** Returns the views, in the order of memory. */
  List<INDArray> views(StepGradient step) {
    INDArray gradient = step.network().gradients();
    long[] now = bounds(step.slots());
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

  /** Finds the starts and ends of parameters that are next to each other. */
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
