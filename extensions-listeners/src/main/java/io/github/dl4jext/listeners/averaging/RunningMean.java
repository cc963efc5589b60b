package io.github.dl4jext.listeners.averaging;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterLayout;
import io.github.dl4jext.network.ParameterMapping;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps the mean of a network's parameters up to date in place: {@code mean <- mean + share (vector
 * - mean)}. It knows the parameters by name, so that the mean can be carried over to another
 * network.
 */
final class RunningMean implements Serializable {

  private static final long serialVersionUID = 1L;

  private final ParameterLayout layout;

  /** Null before the first vector. */
  private @Nullable INDArray mean;

  private long count;

  /** Kept from step to step, so that a step allocates nothing. */
  private transient @Nullable INDArray difference;

  /** Whether another network continues this training. */
  private transient volatile boolean passedOn;

  RunningMean(ParameterLayout layout) {
    this.layout = layout;
  }

  /** Adds a vector to the mean; the first one becomes the mean. */
  void add(INDArray vector, double share) {
    if (mean == null) {
      mean = vector.dup();
    } else {
      if (difference == null) {
        difference = Nd4j.createUninitialized(mean.dataType(), mean.shape(), mean.ordering());
      }
      // in this form a vector that does not change is kept to the last bit
      vector.subi(mean, difference);
      if (mean.dataType() == DataType.FLOAT || mean.dataType() == DataType.DOUBLE) {
        Nd4j.getBlasWrapper().level1().axpy(mean.length(), share, difference, mean);
      } else {
        mean.addi(difference.muli(share)); // BLAS has no halves
      }
    }
    count++;
  }

  long count() {
    return count;
  }

  boolean isOf(ParameterLayout other) {
    return layout.equals(other);
  }

  ParameterMapping mappingTo(Network network) {
    return ParameterMapping.between(layout, network.layout());
  }

  /** Carries the mean over to another network; new parameters begin with their present values. */
  RunningMean carriedOverTo(Network network) {
    RunningMean carried = new RunningMean(network.layout());
    if (mean != null) {
      carried.mean = mappingTo(network).map(mean, network.parameters());
    }
    carried.count = count;
    passedOn = true;
    return carried;
  }

  /** Makes an independent copy. */
  synchronized RunningMean duplicate() {
    RunningMean copy = new RunningMean(layout);
    copy.mean = copy();
    copy.count = count;
    return copy;
  }

  /** Returns everything as plain values. */
  synchronized ListenerState state() {
    ListenerState state = new ListenerState().put("layout", layout.toState()).put("count", count);
    return mean == null ? state : state.put("mean", mean);
  }

  /** Makes a mean from a {@link #state}. */
  static RunningMean of(ListenerState state) {
    RunningMean made = new RunningMean(ParameterLayout.of(state.part("layout")));
    made.mean = state.has("mean") ? state.array("mean").dup() : null;
    made.count = state.whole("count");
    made.requireWhole();
    return made;
  }

  boolean isPassedOn() {
    return passedOn;
  }

  /** Copies the mean as it is now; null before the first vector. */
  @Nullable INDArray copy() {
    return mean == null ? null : mean.dup();
  }

  private void requireWhole() {
    boolean whole =
        layout != null
            && count >= 0
            && (count == 0) == (mean == null)
            && (mean == null || mean.length() == layout.length());
    if (!whole) {
      throw new IllegalArgumentException(
          "an average must have a count, and a vector as long as its layout");
    }
  }

  private Object readResolve() throws ObjectStreamException {
    try {
      requireWhole();
      return this;
    } catch (IllegalArgumentException e) {
      throw (ObjectStreamException) new InvalidObjectException(e.getMessage()).initCause(e);
    }
  }
}
