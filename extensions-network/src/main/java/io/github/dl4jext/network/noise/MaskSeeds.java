package io.github.dl4jext.network.noise;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Remembers the seeds from which forward passes in training drew their masks, until the backward
 * pass draws the masks again. Of several passes that fit, the latest is taken: a network goes back
 * through its layers in reverse order, so that layers may share an instance. A pass takes a few
 * bytes, and the oldest ones are forgotten, so that forward passes without a backward pass do no
 * harm.
 *
 * <p>Which pass fits depends on what DL4J passes to the backward pass. A dropout is told the step
 * but does not see its input again: its pass is that of the same thread, step and shape ({@link
 * #recall}). An activation is told no step but gets its input a second time: its pass is that of
 * the same input ({@link #find}). See docs/decisions/002-rrelu-remembers-seeds.md and
 * 008-dropout-remembers-seeds.md.
 */
public final class MaskSeeds {

  /** How many forward passes are remembered at most. */
  public static final int CAPACITY = 1024;

  private static final int SAMPLES = 8;

  /** 2^64 by the golden ratio, as usual for mixing bits. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private sealed interface PassKey {}

  private record StepKey(long thread, int iteration, int epoch) implements PassKey {

    static StepKey current(int iteration, int epoch) {
      return new StepKey(Thread.currentThread().getId(), iteration, epoch);
    }
  }

  /**
   * A few of the elements: two inputs that agree in these and in their shape are taken for the
   * same.
   */
  private record Fingerprint(long elements) implements PassKey {

    static Fingerprint of(INDArray input) {
      long elements = 1;
      for (int i = 0; i < SAMPLES; i++) {
        // by coordinates: a linear index would follow the order in memory
        long[] place = Shape.ind2subC(input.shape(), input.length() * i / SAMPLES);
        elements = (elements ^ Double.doubleToLongBits(input.getDouble(place))) * GOLDEN;
        // so that the sign, the highest bit, counts: a product moves bits upwards only
        elements ^= elements >>> 32;
      }
      return new Fingerprint(elements);
    }
  }

  private record Pass(PassKey key, long[] shape, GeneratorNoise noise) {}

  private final Deque<Pass> latestFirst = new ArrayDeque<>();

  /**
   * Remembers a pass by its step.
   *
   * @param activations the array that is masked
   * @param iteration the iteration, from 0
   * @param epoch the epoch, from 0
   * @param noise draws the mask
   */
  public void remember(INDArray activations, int iteration, int epoch, GeneratorNoise noise) {
    remember(new Pass(StepKey.current(iteration, epoch), activations.shape(), noise));
  }

  /**
   * Remembers a pass by its input.
   *
   * @param input the input of the pass, with at least one element
   * @param noise draws the mask
   */
  public void remember(INDArray input, GeneratorNoise noise) {
    remember(new Pass(Fingerprint.of(input), input.shape(), noise));
  }

  private synchronized void remember(Pass pass) {
    if (latestFirst.size() == CAPACITY) {
      latestFirst.removeLast();
    }
    latestFirst.addFirst(pass);
  }

  /**
   * Finds the latest pass of the step, and forgets it.
   *
   * @param gradient the gradient at the array that was masked; it has that array's shape
   * @param iteration the iteration, from 0
   * @param epoch the epoch, from 0
   * @return what drew the mask, or null if this step has drawn nothing
   * @throws IllegalStateException if the step has drawn masks, but only for arrays of other shapes
   */
  public synchronized @Nullable GeneratorNoise recall(INDArray gradient, int iteration, int epoch) {
    StepKey step = StepKey.current(iteration, epoch);
    Pass found = latest(step, gradient.shape());
    if (found != null) {
      latestFirst.remove(found);
      return found.noise();
    }
    for (Pass other : latestFirst) {
      if (other.key().equals(step)) {
        throw new IllegalStateException(
            "dropout: the gradient has the shape "
                + Arrays.toString(gradient.shape())
                + ", but the activations in the forward pass had "
                + Arrays.toString(other.shape())
                + ". DL4J does so in layers whose channels are last: leave dropOut(...) out there"
                + " and put a DropoutLayer in front");
      }
    }
    return null;
  }

  /**
   * Finds the latest pass with an input, and keeps it.
   *
   * @param input the input, with at least one element
   * @return what drew the mask, or null if no pass in training had such an input
   */
  public @Nullable GeneratorNoise find(INDArray input) {
    Fingerprint fingerprint = Fingerprint.of(input);
    synchronized (this) {
      Pass found = latest(fingerprint, input.shape());
      return found == null ? null : found.noise();
    }
  }

  private @Nullable Pass latest(PassKey key, long... shape) {
    for (Pass pass : latestFirst) {
      if (pass.key().equals(key) && Arrays.equals(pass.shape(), shape)) {
        return pass;
      }
    }
    return null;
  }

  /** Forgets all passes of this thread that are remembered by their step. */
  public synchronized void clear() {
    long thread = Thread.currentThread().getId();
    latestFirst.removeIf(pass -> pass.key() instanceof StepKey step && step.thread() == thread);
  }

  /**
   * How many passes wait for their backward pass.
   *
   * @return a number from 0 to {@link #CAPACITY}
   */
  public synchronized int size() {
    return latestFirst.size();
  }
}
