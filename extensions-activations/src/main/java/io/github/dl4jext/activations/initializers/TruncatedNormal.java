package io.github.dl4jext.activations.initializers;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The normal distribution cut off at two standard deviations: numbers beyond that, one in 22, are
 * drawn again.
 *
 * <p>ND4J's own operation is not used: its variance is 2 % low (0.7590 of the uncut one instead of
 * 0.7737, measured on a million numbers), as too many of them are near 0.
 */
final class TruncatedNormal {

  /** The standard deviation of the standard normal distribution cut off at 2. */
  static final double REMAINING_DEVIATION = 0.87962566103423978;

  private static final double CUT = 2;

  /** Numbers drawn at once, so that a large layer needs no array of its size on the heap. */
  private static final int CHUNK = 1 << 16;

  private TruncatedNormal() {}

  /** Fills an array with numbers whose standard deviation, after the cut, is the given one. */
  static void fill(INDArray array, double deviation) {
    double uncut = deviation / REMAINING_DEVIATION;
    // This must be a view: numbers written to a copy would be lost.
    INDArray flat = array.reshape(array.ordering(), true, array.length());
    // Half precision has too few different numbers to draw from.
    DataType type = flat.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    for (long from = 0; from < flat.length(); from += CHUNK) {
      long to = Math.min(flat.length(), from + CHUNK);
      double[] numbers = draw(type, (int) (to - from));
      flat.get(NDArrayIndex.interval(from, to))
          .assign(Nd4j.createFromArray(numbers).muli(uncut).castTo(flat.dataType()));
    }
  }

  private static double[] draw(DataType type, int count) {
    double[] kept = new double[count];
    int size = 0;
    while (size < count) {
      for (double z : Nd4j.randn(type, count - size).data().asDouble()) {
        if (Math.abs(z) <= CUT) {
          kept[size++] = z;
        }
      }
    }
    return kept;
  }
}
