package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.HostMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of an array. */
final class FeatureBytes {

  private FeatureBytes() {}

  /** A copy's, in an order. */
  static ByteBuffer of(INDArray array, char order) {
    return of(array.dup(order));
  }

  /** An array's own, in the order that it has; it must not be a view of another. */
  static ByteBuffer of(INDArray array) {
    if (array.length() == 0) {
      return ByteBuffer.allocate(0);
    }
    long bytes = array.length() * array.dataType().width();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an array of shape "
              + Arrays.toString(array.shape())
              + " has "
              + bytes
              + " bytes, and a cache of features can take 2,147,483,647 for an array; make batches"
              + " smaller");
    }
    return HostMemory.bytes(array);
  }
}
