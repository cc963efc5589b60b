package io.github.dl4jext.network;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What forward passes in training drew, until the backward pass asks for it. The latest pass of the
 * same thread, step and shape is the one: a network goes back through its layers in the reverse
 * order, so layers may share an instance. See docs/decisions/008-dropout-remembers-seeds.md.
 */
public final class ForwardPasses {

  /** Forward passes that no backward pass follows are forgotten in the end. */
  public static final int CAPACITY = 1024;

  private record Pass(long thread, int iteration, int epoch, long[] shape, GeneratorNoise draws) {

    boolean isOf(Thread current, int nowIteration, int nowEpoch) {
      return thread == current.getId() && iteration == nowIteration && epoch == nowEpoch;
    }
  }

  private final Deque<Pass> latestFirst = new ArrayDeque<>();

  public synchronized void remember(
      INDArray activations, int iteration, int epoch, GeneratorNoise draws) {
    if (latestFirst.size() == CAPACITY) {
      latestFirst.removeLast();
    }
    long thread = Thread.currentThread().getId();
    latestFirst.addFirst(new Pass(thread, iteration, epoch, activations.shape(), draws));
  }

  /**
   * What the pass drew, which is forgotten now; or null if this step has drawn nothing.
   *
   * @throws IllegalStateException if it has, but for arrays of other shapes
   */
  public synchronized GeneratorNoise recall(INDArray gradient, int iteration, int epoch) {
    Pass other = null;
    for (Iterator<Pass> passes = latestFirst.iterator(); passes.hasNext(); ) {
      Pass pass = passes.next();
      if (pass.isOf(Thread.currentThread(), iteration, epoch)) {
        if (Arrays.equals(pass.shape(), gradient.shape())) {
          passes.remove();
          return pass.draws();
        }
        other = other == null ? pass : other;
      }
    }
    if (other != null) {
      throw new IllegalStateException(
          "dropout: the gradient has the shape "
              + Arrays.toString(gradient.shape())
              + ", but the activations in the forward pass had "
              + Arrays.toString(other.shape())
              + ". DL4J does so in layers whose channels are last: leave dropOut(...) out there and"
              + " put a DropoutLayer in front");
    }
    return null;
  }

  /** Forgets what this thread has drawn. */
  public synchronized void clear() {
    long thread = Thread.currentThread().getId();
    latestFirst.removeIf(pass -> pass.thread() == thread);
  }

  public synchronized int size() {
    return latestFirst.size();
  }
}
