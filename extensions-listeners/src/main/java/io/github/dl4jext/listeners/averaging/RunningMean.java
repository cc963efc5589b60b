package io.github.dl4jext.listeners.averaging;

import java.io.Serializable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A mean of vectors, kept up to date in place: {@code mean <- mean + share (vector - mean)}. */
final class RunningMean implements Serializable {

  private static final long serialVersionUID = 1L;

  private INDArray mean;
  private long count;

  /** Kept, so that a step allocates nothing. */
  private transient INDArray difference;

  /** Takes the vector in; the first one becomes the mean. */
  void add(INDArray vector, double share) {
    if (count == 0) {
      mean = vector.dup();
    } else {
      if (difference == null) {
        difference = Nd4j.createUninitialized(mean.dataType(), mean.shape(), mean.ordering());
      }
      // in this form a vector that stays the same is kept to the last bit
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

  /** The length of the vectors, 0 before the first one. */
  long length() {
    return mean == null ? 0 : mean.length();
  }

  /** The mean as it is now. */
  INDArray copy() {
    return mean.dup();
  }
}
