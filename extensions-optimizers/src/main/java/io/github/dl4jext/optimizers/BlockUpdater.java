package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.HostMemory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * Applies an {@link UpdateRule} to the parameters that DL4J has joined to one block, or to one
 * variable of SameDiff, chunk by chunk.
 */
final class BlockUpdater implements GradientUpdater<UpdateRule<?>> {

  /** The updater of each thread's last step, for the terms that act right after it. */
  private static final ThreadLocal<@Nullable WeakReference<BlockUpdater>> LAST =
      new ThreadLocal<>();

  private final UpdateRule<?> rule;
  private final UpdateContext context;
  private final WeakReference<BlockUpdater> self = new WeakReference<>(this);

  /** Where the last update is: its memory, and its place in it. */
  private long address;

  private long offset;

  private long length;

  /** The order in which the state lies; a gradient of another order is copied into this one. */
  private char order = 'c';

  private long[] shape = {};

  /** The state arrays as vectors; null until they are set. */
  private @Nullable List<INDArray> state;

  /** The same, cut into chunks. */
  private @Nullable List<List<INDArray>> chunks;

  /** The type for which the rule has been checked; null before the first step. */
  private @Nullable DataType checkedAs;

  BlockUpdater(UpdateRule<?> rule) {
    this.rule = rule;
    this.context = new UpdateContext(rule);
  }

  /**
   * The part of a step that concerns one parameter.
   *
   * @param step the step as seen by the rule that keeps the state
   * @param state a view of one state array, shaped as the update
   */
  record Stretch(UpdateContext step, INDArray state) {}

  /**
   * Finds the step that has just written an update; null if it was not by a rule that keeps such
   * state.
   */
  static @Nullable Stretch wrote(INDArray update, String ownState) {
    WeakReference<BlockUpdater> last = LAST.get();
    BlockUpdater updater = last == null ? null : last.get();
    return updater == null ? null : updater.stretch(update, ownState);
  }

  private @Nullable Stretch stretch(INDArray update, String ownState) {
    UpdateContext step = context.keeping(ownState);
    long from = update.offset() - offset;
    if (state == null
        || step == null
        || HostMemory.address(update) != address
        || from < 0
        || from + update.length() > length) {
      return null;
    }
    INDArray all = state.get(rule.stateNames().indexOf(ownState));
    boolean whole = update.length() == length && update.rank() == shape.length;
    return new Stretch(
        step,
        part(all, from, update.length())
            .reshape(whole ? order : update.ordering(), update.shape()));
  }

  @Override
  public UpdateRule<?> getConfig() {
    return rule.forTerms();
  }

  @Override
  public void setStateViewArray(INDArray view, long[] newShape, char newOrder, boolean initialize) {
    List<INDArray> slots = new ArrayList<>();
    int count = rule.stateNames().size();
    if (count > 0) {
      long length = view.length() / count;
      INDArray flat = view.reshape(new long[] {view.length()});
      for (int i = 0; i < count; i++) {
        slots.add(part(flat, i * length, length));
      }
    }
    take(slots, newShape, newOrder, initialize);
  }

  @Override
  public void setState(Map<String, INDArray> given, boolean initialize) {
    List<INDArray> slots = new ArrayList<>();
    for (String name : rule.stateNames()) {
      INDArray array = given.get(name);
      if (array == null) {
        throw new IllegalStateException(
            rule.pluginName()
                + ": the state must have "
                + rule.stateNames()
                + ", has "
                + given.keySet());
      }
      INDArray whole = liesInOrder(array, array.ordering()) ? array : array.dup(array.ordering());
      slots.add(vector(whole, array.ordering()));
      shape = array.shape();
      order = array.ordering();
    }
    take(slots, shape, order, initialize);
  }

  private void take(List<INDArray> slots, long[] newShape, char newOrder, boolean initialize) {
    state = slots;
    shape = newShape.clone();
    order = newOrder;
    chunks = null;
    if (initialize) {
      rule.initialise(slots);
    }
  }

  @Override
  public Map<String, INDArray> getState() {
    Map<String, INDArray> named = new LinkedHashMap<>();
    for (int i = 0; state != null && i < state.size(); i++) {
      named.put(rule.stateNames().get(i), state.get(i).reshape(order, shape));
    }
    return named;
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    if (state == null && !rule.stateNames().isEmpty()) {
      throw new IllegalStateException(
          rule.pluginName() + ": the updater has no state array; set one before the first step");
    }
    if (gradient.dataType() != checkedAs) {
      rule.requireUsableAs(gradient.dataType());
      checkedAs = gradient.dataType();
    }
    context.at(iteration, epoch);
    if (liesInOrder(gradient, order)) {
      applyTo(vector(gradient, order));
    } else {
      INDArray copy = gradient.dup(order);
      applyTo(vector(copy, order));
      gradient.assign(copy);
    }
    if (rule instanceof WrapperRule<?>) {
      address = HostMemory.address(gradient);
      offset = gradient.offset();
      length = gradient.length();
      LAST.set(self);
    }
  }

  private void applyTo(INDArray gradient) {
    long chunk = chunkLength(gradient);
    List<List<INDArray>> cut = cut(gradient.length(), chunk);
    for (int i = 0; i < cut.size(); i++) {
      context.over(part(gradient, i * chunk, chunk), cut.get(i));
      rule.update(context);
    }
  }

  private long chunkLength(INDArray gradient) {
    return rule.loopsOverFloats() && FloatLoop.fits(gradient) ? Long.MAX_VALUE : rule.chunkLength();
  }

  private List<List<INDArray>> cut(long length, long chunkLength) {
    if (chunks == null) {
      chunks = new ArrayList<>();
      for (long from = 0; from < length; from += chunkLength) {
        List<INDArray> chunk = new ArrayList<>();
        for (INDArray slot : state == null ? List.<INDArray>of() : state) {
          chunk.add(part(slot, from, chunkLength));
        }
        chunks.add(chunk);
      }
    }
    return chunks;
  }

  /**
   * A part of order c, as all vectors here are: {@code get} makes them of order f, and the fused
   * operations take three times as long where orders differ.
   */
  private static INDArray part(INDArray vector, long from, long length) {
    if (from == 0 && vector.length() <= length) {
      return vector;
    }
    INDArray part =
        vector.get(NDArrayIndex.interval(from, Math.min(vector.length(), from + length)));
    return part.reshape('c', new long[] {part.length()});
  }

  private static boolean liesInOrder(INDArray array, char order) {
    return array.rank() == 1 && array.stride(0) == 1
        || array.ordering() == order && !array.isView();
  }

  private static INDArray vector(INDArray array, char order) {
    if (array.rank() == 1 && array.ordering() == 'c') {
      return array;
    }
    INDArray vector = array.rank() == 1 ? array : array.reshape(order, new long[] {array.length()});
    return vector.ordering() == 'c' ? vector : vector.reshape('c', new long[] {vector.length()});
  }
}
