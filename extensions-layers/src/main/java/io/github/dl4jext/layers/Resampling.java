package io.github.dl4jext.layers;

import io.github.dl4jext.network.HostMemory;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Resamples images along height and width, one example after the other, in double; and takes
 * gradients back to the pixels that they came from.
 */
final class Resampling {

  private final AxisSampling rows;
  private final AxisSampling columns;
  private final int outer;
  private final int inner;
  private final int fromHeight;
  private final int fromWidth;

  /**
   * Prepares for images of one shape.
   *
   * @param shape the shape of a minibatch of images that are to be resized
   * @param featuresLast whether channels are the last axis
   */
  Resampling(
      long[] shape, boolean featuresLast, int height, int width, PixelInterpolation interpolation) {
    int first = featuresLast ? 1 : 2;
    fromHeight = Math.toIntExact(shape[first]);
    fromWidth = Math.toIntExact(shape[first + 1]);
    int channels = Math.toIntExact(shape[featuresLast ? 3 : 1]);
    outer = featuresLast ? 1 : channels;
    inner = featuresLast ? channels : 1;
    rows = AxisSampling.of(fromHeight, height, interpolation);
    columns = AxisSampling.of(fromWidth, width, interpolation);
  }

  private int oldLength() {
    return outer * fromHeight * fromWidth * inner;
  }

  private int newLength() {
    return outer * rows.lower().length * columns.lower().length * inner;
  }

  /** Both dense in the order c. */
  void forward(INDArray images, INDArray resized) {
    double[] x = new double[oldLength()];
    double[] y = new double[newLength()];
    HostMemory from = new HostMemory(images, x.length);
    HostMemory to = new HostMemory(resized, y.length);
    for (long example = 0; example < images.size(0); example++) {
      from.read(example * x.length, x, x.length);
      Arrays.fill(y, 0);
      each((place, source, weight) -> y[place] += weight * x[source]);
      to.write(example * y.length, y, y.length);
    }
  }

  /** Both dense in the order c. */
  void backward(INDArray byResized, INDArray byImages) {
    double[] dx = new double[oldLength()];
    double[] dy = new double[newLength()];
    HostMemory from = new HostMemory(byResized, dy.length);
    HostMemory to = new HostMemory(byImages, dx.length);
    for (long example = 0; example < byResized.size(0); example++) {
      from.read(example * dy.length, dy, dy.length);
      Arrays.fill(dx, 0);
      each((place, source, weight) -> dx[source] += weight * dy[place]);
      to.write(example * dx.length, dx, dx.length);
    }
  }

  private interface Term {
    void add(int place, int source, double weight);
  }

  /** Goes through all old pixels of which a new one consists. */
  private void each(Term term) {
    int height = rows.lower().length;
    int width = columns.lower().length;
    for (int plane = 0; plane < outer; plane++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int place = ((plane * height + row) * width + column) * inner;
          double down = rows.share()[row];
          double right = columns.share()[column];
          along(term, place, plane, rows.lower()[row], column, 1 - down, right);
          if (down > 0) {
            along(term, place, plane, rows.upper()[row], column, down, right);
          }
        }
      }
    }
  }

  private void along(
      Term term, int place, int plane, int row, int column, double weight, double right) {
    int start = (plane * fromHeight + row) * fromWidth;
    int left = (start + columns.lower()[column]) * inner;
    int next = (start + columns.upper()[column]) * inner;
    for (int channel = 0; channel < inner; channel++) {
      term.add(place + channel, left + channel, weight * (1 - right));
      if (right > 0) {
        term.add(place + channel, next + channel, weight * right);
      }
    }
  }
}
