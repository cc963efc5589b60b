package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.HostMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step as one pass over the memory of a CPU. The loops have no branches, so that HotSpot turns
 * them into vector instructions. A number that is written and needed again is kept in a local
 * variable; otherwise HotSpot reads it again and does not use vector instructions.
 *
 * <p>Long vectors are divided among as many threads as ND4J's operations may use. The result does
 * not depend on where they are divided.
 */
final class FloatLoop {

  /**
   * So few numbers at a time that gradient and state, in the array and in the copies, stay in the
   * first-level cache. With four times as many a step of Adam on a million took half as long again.
   */
  private static final int BLOCK = 512;

  /** The fewest numbers that are worth a thread of their own. */
  private static final long SHARE = 1 << 17;

  /** Blocks for a gradient and for three state arrays, the most that a rule has. */
  private static final ThreadLocal<float[][]> BLOCKS =
      ThreadLocal.withInitial(() -> new float[4][BLOCK]);

  private FloatLoop() {}

  /** A step for a block of parameters. */
  @FunctionalInterface
  interface Step {

    /**
     * Overwrites the gradient with the update to subtract, and updates the state.
     *
     * @param gradient the gradient
     * @param state the state arrays
     * @param count how many numbers there are; the arrays may be longer
     */
    void apply(float[] gradient, float[][] state, int count);
  }

  /** Whether the numbers are floats in the memory of the CPU. */
  static boolean fits(INDArray gradient) {
    return gradient.dataType() == DataType.FLOAT && Nd4j.getEnvironment().isCPU();
  }

  /** Makes the step on the gradient and on the first state arrays, as many as given. */
  static void run(UpdateContext t, int states, Step step) {
    List<INDArray> vectors = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      vectors.add(t.state(i));
    }
    run(t.gradient(), vectors, step, Nd4j.getEnvironment().maxMasterThreads());
  }

  /** Makes the step on vectors of the same length. */
  static void run(INDArray gradient, List<INDArray> state, Step step, int threads) {
    long length = gradient.length();
    long parts = Math.max(1, Math.min(threads, length / SHARE));
    if (parts == 1) {
      run(gradient, state, step, 0, length);
    } else {
      LongStream.range(0, parts)
          .parallel()
          .forEach(i -> run(gradient, state, step, i * length / parts, (i + 1) * length / parts));
    }
  }

  private static void run(
      INDArray gradient, List<INDArray> state, Step step, long start, long end) {
    HostMemory gradients = new HostMemory(gradient, 0);
    HostMemory[] states =
        state.stream().map(vector -> new HostMemory(vector, 0)).toArray(HostMemory[]::new);
    float[][] blocks = BLOCKS.get();
    float[] numbers = blocks[0];
    float[][] stateNumbers = Arrays.copyOfRange(blocks, 1, 1 + states.length);
    for (long from = start; from < end; from += BLOCK) {
      int count = (int) Math.min(BLOCK, end - from);
      gradients.read(from, numbers, count);
      for (int i = 0; i < states.length; i++) {
        states[i].read(from, stateNumbers[i], count);
      }
      step.apply(numbers, stateNumbers, count);
      gradients.write(from, numbers, count);
      for (int i = 0; i < states.length; i++) {
        states[i].write(from, stateNumbers[i], count);
      }
    }
  }
}
