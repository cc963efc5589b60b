package io.github.dl4jext.layers;

import io.github.dl4jext.network.HostMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes the normalization of one example after the other, and its gradient. All sums are in
 * double; the mean is taken away before squares are summed, so that no digits are lost where it is
 * large.
 *
 * <p>Within a group of n elements that are not masked, m is their mean (0 if not centred), {@code s
 * = 1 / sqrt(mean((x - m)^2) + epsilon)}, {@code h = (x - m) s} and {@code y = h gain + bias}. With
 * {@code d = dy gain} the gradient is {@code dx = s (d - mean(d) - h mean(d h))}, without {@code
 * mean(d)} if not centred. What is masked is 0 in y and in dx, and is in no sum.
 */
final class Standardizing {

  private final Grouping grouping;
  private final double epsilon;
  private final boolean centred;
  private final double[] mean;
  private final double[] scale;
  private final double[] count;
  private final double[] x;

  Standardizing(Grouping grouping, double epsilon, boolean centred) {
    this.grouping = grouping;
    this.epsilon = epsilon;
    this.centred = centred;
    mean = new double[grouping.groups()];
    scale = new double[grouping.groups()];
    count = new double[grouping.groups()];
    x = new double[grouping.length()];
  }

  /**
   * Normalizes.
   *
   * @param input examples, dense in the order c
   * @param output of the same shape, dense in the order c
   * @param gain a factor for each place
   * @param bias a summand for each place, or null
   * @param mask what is there, or null if all is
   */
  void forward(
      INDArray input,
      INDArray output,
      double[] gain,
      double @Nullable [] bias,
      @Nullable Presence mask) {
    int length = grouping.length();
    HostMemory from = new HostMemory(input, length);
    HostMemory to = new HostMemory(output, length);
    double[] y = new double[length];
    int[] group = grouping.group();
    int[] place = grouping.gain();
    for (long example = 0; example < input.size(0); example++) {
      from.read(example * length, x, length);
      measure(mask, example);
      for (int i = 0; i < length; i++) {
        int g = group[i];
        double normal = (x[i] - mean[g]) * scale[g] * gain[place[i]];
        y[i] = bias == null ? normal : normal + bias[place[i]];
      }
      clear(y, mask, example);
      to.write(example * length, y, length);
    }
  }

  /**
   * Computes the gradient.
   *
   * @param input as in the forward pass
   * @param outer the gradient by the output, dense in the order c
   * @param inner where the gradient by the input goes, dense in the order c
   * @param gain a factor for each place
   * @param gains where the gradient by the gains is added
   * @param biases where the gradient by the biases is added
   * @param mask what is there, or null if all is
   */
  void backward(
      INDArray input,
      INDArray outer,
      INDArray inner,
      double[] gain,
      double[] gains,
      double[] biases,
      @Nullable Presence mask) {
    int length = grouping.length();
    HostMemory from = new HostMemory(input, length);
    HostMemory above = new HostMemory(outer, length);
    HostMemory to = new HostMemory(inner, length);
    double[] dy = new double[length];
    double[] along = new double[grouping.groups()];
    double[] shift = new double[grouping.groups()];
    int[] group = grouping.group();
    int[] place = grouping.gain();
    for (long example = 0; example < input.size(0); example++) {
      from.read(example * length, x, length);
      above.read(example * length, dy, length);
      clear(dy, mask, example);
      measure(mask, example);
      Arrays.fill(along, 0);
      Arrays.fill(shift, 0);
      for (int i = 0; i < length; i++) {
        int g = group[i];
        double h = (x[i] - mean[g]) * scale[g];
        gains[place[i]] += dy[i] * h;
        biases[place[i]] += dy[i];
        dy[i] *= gain[place[i]];
        shift[g] += dy[i];
        along[g] += dy[i] * h;
        x[i] = h;
      }
      for (int g = 0; g < along.length; g++) {
        along[g] /= count[g];
        shift[g] = centred ? shift[g] / count[g] : 0;
      }
      for (int i = 0; i < length; i++) {
        int g = group[i];
        dy[i] = scale[g] * (dy[i] - shift[g] - x[i] * along[g]);
      }
      clear(dy, mask, example);
      to.write(example * length, dy, length);
    }
  }

  /** Finds mean and scale of each group of the example in x; what is masked becomes 0 there. */
  private void measure(@Nullable Presence mask, long example) {
    int[] group = grouping.group();
    int length = grouping.length();
    if (mask == null) {
      Arrays.fill(count, (double) length / count.length);
    } else {
      clear(x, mask, example);
      Arrays.fill(count, 0);
      for (int i = 0; i < length; i++) {
        count[group[i]] += mask.has(example, grouping.position()[i]) ? 1 : 0;
      }
    }
    Arrays.fill(mean, 0);
    if (centred) {
      sum(mean, mask, example, false);
    }
    Arrays.fill(scale, 0);
    sum(scale, mask, example, true);
    for (int g = 0; g < scale.length; g++) {
      scale[g] = 1 / Math.sqrt(scale[g] + epsilon);
    }
  }

  private void sum(double[] sums, @Nullable Presence mask, long example, boolean squares) {
    int[] group = grouping.group();
    if (mask == null && sums.length == 1) {
      sums[0] = sumOfAll(squares) / x.length;
      return;
    }
    for (int i = 0; i < x.length; i++) {
      if (mask == null || mask.has(example, grouping.position()[i])) {
        int g = group[i];
        double value = squares ? (x[i] - mean[g]) * (x[i] - mean[g]) : x[i];
        sums[g] += value;
      }
    }
    for (int g = 0; g < sums.length; g++) {
      sums[g] = count[g] == 0 ? 0 : sums[g] / count[g];
    }
  }

  /** The same for a single group, in a register. */
  private double sumOfAll(boolean squares) {
    double centre = mean[0];
    double sum = 0;
    for (double value : x) {
      sum += squares ? (value - centre) * (value - centre) : value;
    }
    return sum;
  }

  private void clear(double[] values, @Nullable Presence mask, long example) {
    if (mask != null) {
      for (int i = 0; i < values.length; i++) {
        if (!mask.has(example, grouping.position()[i])) {
          values[i] = 0;
        }
      }
    }
  }
}
