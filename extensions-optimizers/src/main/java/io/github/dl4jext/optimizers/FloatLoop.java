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
 * A step as one pass over the memory of a CPU. The loops are plain ones without a branch, which
 * HotSpot turns into vector instructions by itself; a number that is written and needed again is
 * kept in a local variable, or else HotSpot reads it anew and leaves the loop as it is.
 *
 * <p>Long vectors are cut between as many threads as ND4J's operations may take. What a parameter
 * becomes does not depend on where the cuts are.
 */
final class FloatLoop {

  /** So few numbers at a time that gradient and state stay in the first-level cache. */
  private static final int BLOCK = 2048;

  /** So many numbers are worth a thread. */
  private static final long SHARE = 1 << 17;

  /** Blocks of a gradient and of the most state arrays that a rule has. */
  private static final ThreadLocal<float[][]> BLOCKS =
      ThreadLocal.withInitial(() -> new float[4][BLOCK]);

  private FloatLoop() {}

  /** A step of the first so many parameters. */
  @FunctionalInterface
  interface Step {

    /**
     * Overwrites the gradient by what is subtracted, and the state.
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

  /** Makes the step on the gradient and on the first so many state arrays. */
  static void run(UpdateContext t, int states, Step step) {
    List<INDArray> vectors = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      vectors.add(t.state(i));
    }
    run(t.gradient(), vectors, step, Nd4j.getEnvironment().maxThreads());
  }

  /** Makes the step on vectors as long as each other. */
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
