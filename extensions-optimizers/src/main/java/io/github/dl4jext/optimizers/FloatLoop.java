package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.HostMemory;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step as one pass over the memory of a CPU, where it would take eight native operations or more
 * and ND4J has no fused one that is right. The loops are plain ones without a branch, which HotSpot
 * turns into vector instructions by itself.
 */
final class FloatLoop {

  /** So few numbers at a time that gradient and state stay in the first-level cache. */
  private static final int BLOCK = 2048;

  private FloatLoop() {}

  /** A step of the first so many parameters. */
  @FunctionalInterface
  interface Step {

    /**
     * Overwrites the gradient by what is subtracted, and the state.
     *
     * @param gradient the gradient
     * @param first a state array
     * @param second another one
     * @param count how many numbers there are
     */
    void apply(float[] gradient, float[] first, float[] second, int count);
  }

  /** Whether the numbers are floats in the memory of the CPU. */
  static boolean fits(INDArray gradient) {
    return gradient.dataType() == DataType.FLOAT && Nd4j.getEnvironment().isCPU();
  }

  /** A step with one state array. */
  @FunctionalInterface
  interface OneStateStep {

    /**
     * Overwrites the gradient by what is subtracted, and the state.
     *
     * @param gradient the gradient
     * @param state the state array
     * @param count how many numbers there are
     */
    void apply(float[] gradient, float[] state, int count);
  }

  private interface Blocks {
    void apply(float[][] numbers, int count);
  }

  /** Makes the step on vectors as long as each other. */
  static void run(INDArray gradient, INDArray state, OneStateStep step) {
    run(List.of(gradient, state), (numbers, count) -> step.apply(numbers[0], numbers[1], count));
  }

  /** Makes the step on vectors as long as each other. */
  static void run(INDArray gradient, INDArray first, INDArray second, Step step) {
    run(
        List.of(gradient, first, second),
        (numbers, count) -> step.apply(numbers[0], numbers[1], numbers[2], count));
  }

  private static void run(List<INDArray> vectors, Blocks blocks) {
    long length = vectors.get(0).length();
    List<HostMemory> memories = vectors.stream().map(vector -> new HostMemory(vector, 0)).toList();
    int block = (int) Math.min(length, BLOCK);
    float[][] numbers = new float[vectors.size()][block];
    for (long from = 0; from < length; from += block) {
      int count = (int) Math.min(block, length - from);
      for (int i = 0; i < numbers.length; i++) {
        memories.get(i).read(from, numbers[i], count);
      }
      blocks.apply(numbers, count);
      for (int i = 0; i < numbers.length; i++) {
        memories.get(i).write(from, numbers[i], count);
      }
    }
  }
}
