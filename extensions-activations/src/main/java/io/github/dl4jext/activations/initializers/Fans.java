package io.github.dl4jext.activations.initializers;

import java.util.List;
import java.util.stream.Stream;

/**
 * The number of inputs that an output sums over, and the number of outputs that an input feeds.
 *
 * <p>The fans that DL4J passes to an initialiser are not always these: its LSTMs pass {@code (nOut,
 * nIn + nOut)} for both of their matrices, its convolutions divide the fan-out by the strides, its
 * one-dimensional convolutions count the kernel twice, and its depth-wise ones count every input
 * channel although an output sees only one. {@link #counted} recognises these cases by the shape of
 * the weights and corrects them:
 *
 * <table>
 * <caption>k is the product of the kernel's sides, s that of the strides</caption>
 * <tr><th>layer</th><th>shape</th><th>DL4J's fans</th><th>these fans</th></tr>
 * <tr><td>dense, simple RNN</td><td>[in, out]</td><td>in, out</td><td>in, out</td></tr>
 * <tr><td>LSTM, Graves LSTM, input</td><td>[in, 4 n]</td><td>n, in + n</td><td>in, 4 n</td></tr>
 * <tr><td>the same, recurrent</td><td>[n, 4 n] or [n, 4 n + 3]</td><td>n, in + n</td><td>n, 4 n
 * </td></tr>
 * <tr><td>embedding</td><td>[words, out]</td><td>1, out</td><td>1, out: a look-up reads one row
 * </td></tr>
 * <tr><td>element-wise product</td><td>[1, n]</td><td>n, n</td><td>1, 1</td></tr>
 * <tr><td>convolution, 2 or 3 dimensions</td><td>[out, in, k...]</td><td>in k, out k / s</td>
 * <td>in k, out k</td></tr>
 * <tr><td>convolution, 1 dimension</td><td>[out, in, k, 1]</td><td>in k k, out k k / s</td>
 * <td>in k, out k</td></tr>
 * <tr><td>point-wise part of separable</td><td>[out, in, 1, 1]</td><td>in, in</td><td>in, out
 * </td></tr>
 * <tr><td>depth-wise convolution</td><td>[k, k, in, m]</td><td>in k, m k / s</td><td>k, m k</td>
 * </tr>
 * <tr><td>deconvolution, 2 dimensions</td><td>[in, out, k, k]</td><td>in k, out k / s</td><td>out
 * k, in k</td></tr>
 * <tr><td>deconvolution, 3 dimensions</td><td>[k, k, k, out, in]</td><td>in k, out k / s</td>
 * <td>out k, in k</td></tr>
 * </table>
 *
 * <p>These are the fans of Keras and of PyTorch where the two agree; for deconvolutions they agree
 * on those of the convolution that is transposed. For depth-wise weights they do not, and the
 * inputs and outputs are counted.
 *
 * <p><b>Unrecognised and ambiguous shapes keep DL4J's fans:</b> a shape that is in no row of the
 * table, and one that fits two rows whose fans differ. There are three ambiguous cases: a
 * depth-wise kernel that is as high as its multiplier, if the shape read as a convolution's gives a
 * whole number of strides; a kernel of a 3-d deconvolution that is as deep as the output has
 * channels; and an LSTM of one unit on three inputs, which looks like an embedding of three words.
 * The depth-wise part of a separable convolution has the shape and the fans of an ordinary
 * convolution, {@code [m, in, k, k]}, and is treated as one, as Keras does.
 */
record Fans(double in, double out) {

  private static final double ROUNDING = 1e-9;

  /** Corrects the fans that DL4J gives for weights of a shape. */
  static Fans counted(double givenIn, double givenOut, long... shape) {
    Fans given = new Fans(givenIn, givenOut);
    return switch (shape.length) {
      case 2 -> given.ofMatrix(shape[0], shape[1]);
      case 4 -> given.theOnly(given.convolution(shape), given.depthwise(shape));
      case 5 -> given.theOnly(given.convolution(shape), given.deconvolution3d(shape));
      default -> given;
    };
  }

  private Fans ofMatrix(double rows, double columns) {
    boolean denseOrEmbedding = out == columns && (in == rows || in == 1);
    if (denseOrEmbedding) {
      return this;
    }
    if (rows == 1 && in == columns && out == columns) {
      return new Fans(1, 1);
    }
    boolean gates = columns == 4 * in || columns == 4 * in + 3;
    return gates && (out == rows + in || rows == in) ? new Fans(rows, 4 * in) : this;
  }

  private Fans theOnly(Stream<Fans> some, Stream<Fans> others) {
    List<Fans> readings = Stream.concat(some, others).distinct().toList();
    return readings.size() == 1 ? readings.get(0) : this;
  }

  /** Channels first; a 2-d deconvolution has the same layout with the channels' roles swapped. */
  private Stream<Fans> convolution(long... shape) {
    double kernel = product(shape, 2, shape.length);
    double first = shape[0] * kernel;
    double second = shape[1] * kernel;
    boolean forward = in == second && isStrided(first);
    boolean transposed = shape.length == 4 && in == first && isStrided(second);
    boolean pointwise = kernel == 1 && in == second && in == out;
    boolean oneDimension =
        shape.length == 4 && shape[3] == 1 && in == second * kernel && isStrided(first * kernel);
    return forward || transposed || pointwise || oneDimension
        ? Stream.of(new Fans(second, first))
        : Stream.of();
  }

  private Stream<Fans> depthwise(long... shape) {
    double kernel = product(shape, 0, 2);
    double fanOut = shape[3] * kernel;
    return in == shape[2] * kernel && isStrided(fanOut)
        ? Stream.of(new Fans(kernel, fanOut))
        : Stream.of();
  }

  private Stream<Fans> deconvolution3d(long... shape) {
    double kernel = product(shape, 0, 3);
    double outputs = shape[3] * kernel;
    return in == shape[4] * kernel && isStrided(outputs)
        ? Stream.of(new Fans(outputs, in))
        : Stream.of();
  }

  /** Returns whether DL4J's fan-out is this one divided by a whole number of strides. */
  private boolean isStrided(double fanOut) {
    double strides = fanOut / out;
    return strides >= 1 - ROUNDING && Math.abs(strides - Math.rint(strides)) <= ROUNDING * strides;
  }

  private static double product(long[] shape, int from, int to) {
    double product = 1;
    for (int i = from; i < to; i++) {
      product *= shape[i];
    }
    return product;
  }
}
