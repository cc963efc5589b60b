package io.github.dl4jext.cpu;

import io.github.dl4jext.network.HostMemory;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.convolution.Convolution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The patches of the images to which a filter is applied, as the rows of a matrix: example by
 * example, and line by line of the output. Within a row the order is channel, line, column of the
 * filter. Numbers beyond the image are 0.
 *
 * @param images the shape of the images: examples, channels, height, width
 * @param outSize height and width of the output
 * @param kernel height and width of the filter
 * @param stride the filter's step, down and across
 * @param dilation the distance between the filter's numbers, down and across
 * @param pad how many zeros there are above and left of the image
 * @param same whether the convolution mode is {@code Same}
 */
record Patches(
    long[] images,
    int[] outSize,
    int[] kernel,
    int[] stride,
    int[] dilation,
    int[] pad,
    boolean same) {

  static Patches of(ConvolutionLayer layer, INDArray x) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    ConvolutionMode mode = layer.getConvolutionMode();
    boolean same = mode == ConvolutionMode.Same;
    int[] out =
        ConvolutionUtils.getOutputSize(
            x,
            kernel,
            stride,
            same ? null : layer.getPadding(),
            mode,
            dilation,
            layer.getCnn2dDataFormat());
    int[] size = {Math.toIntExact(x.size(2)), Math.toIntExact(x.size(3))};
    int[] pad =
        same
            ? ConvolutionUtils.getSameModeTopLeftPadding(out, size, kernel, stride, dilation)
            : layer.getPadding();
    return new Patches(x.shape(), out, kernel, stride, dilation, pad, same);
  }

  /** The shape of the matrix. */
  long[] matrix() {
    return new long[] {images[0] * outSize[0] * outSize[1], images[1] * kernel[0] * kernel[1]};
  }

  /** Returns a view of the product of the matrix and the filters, as images. */
  INDArray images(INDArray product) {
    return product
        .reshape('f', outSize[1], outSize[0], images[0], product.size(1))
        .permute(2, 3, 1, 0);
  }

  /** Fills the matrix, which must be in order c. */
  void layOut(INDArray x, INDArray matrix) {
    if (matrix.dataType() == DataType.FLOAT && Nd4j.getEnvironment().isCPU()) {
      layOutFloats(x.ordering() == 'c' && !x.isView() ? x : x.dup('c'), matrix);
      return;
    }
    INDArray target =
        matrix
            .reshape('c', images[0], outSize[0], outSize[1], images[1], kernel[0], kernel[1])
            .permute(0, 3, 4, 5, 1, 2);
    Convolution.im2col(
        x,
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        pad[0],
        pad[1],
        dilation[0],
        dilation[1],
        same,
        target);
  }

  private void layOutFloats(INDArray x, INDArray matrix) {
    HostMemory from = new HostMemory(x, 0);
    HostMemory to = new HostMemory(matrix, 0);
    float[] image = new float[Math.toIntExact(images[1] * images[2] * images[3])];
    float[] line = new float[Math.toIntExact(outSize[1] * matrix.size(1))];
    long written = 0;
    for (long example = 0; example < images[0]; example++) {
      from.read(example * image.length, image, image.length);
      for (int row = 0; row < outSize[0]; row++) {
        layOutLine(image, row * stride[0] - pad[0], line);
        to.write(written, line, line.length);
        written += line.length;
      }
    }
  }

  /**
   * Lays out the patches of one line of the output, which begin at the line {@code top} of the
   * image.
   */
  private void layOutLine(float[] image, int top, float[] line) {
    int height = (int) images[2];
    int width = (int) images[3];
    int channels = (int) images[1];
    int patch = channels * kernel[0] * kernel[1];
    for (int part = 0; part < channels * kernel[0]; part++) {
      int y = top + part % kernel[0] * dilation[0];
      boolean inside = y >= 0 && y < height;
      int source = (part / kernel[0] * height + y) * width;
      int target = part * kernel[1];
      for (int column = 0; column < outSize[1]; column++, target += patch) {
        int left = column * stride[1] - pad[1];
        if (!inside) {
          Arrays.fill(line, target, target + kernel[1], 0);
        } else if (left >= 0 && left + (kernel[1] - 1) * dilation[1] < width) {
          for (int k = 0; k < kernel[1]; k++) {
            line[target + k] = image[source + left + k * dilation[1]];
          }
        } else {
          for (int k = 0; k < kernel[1]; k++) {
            int at = left + k * dilation[1];
            line[target + k] = at >= 0 && at < width ? image[source + at] : 0;
          }
        }
      }
    }
  }
}
