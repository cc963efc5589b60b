package io.github.dl4jext.network;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a listener remembers of each network, until the network is freed. {@code
 * ParallelWrapper}'s workers share one listener, and each trains a network of its own in a thread
 * of its own.
 *
 * <p>A network is recognised by identity. A {@code WeakHashMap} would not do: DL4J's networks are
 * equal when their parameters are.
 *
 * @param <S> the type of what is remembered; it must not refer to the network, which would then
 *     never be freed
 */
public final class PerModelState<S> {

  /**
   * What is remembered of one network.
   *
   * @param memory what is remembered
   * @param passedOn whether another network continues its training
   */
  private record Entry<S>(WeakReference<Model> model, S memory, boolean passedOn) {

    boolean isOf(@Nullable Model other) {
      return model.refersTo(other);
    }
  }

  private final List<Entry<S>> entries = new ArrayList<>();
  private final Function<? super Model, ? extends S> first;

  /**
   * Begins without any memory.
   *
   * @param first makes what is remembered of a network when it is seen for the first time; it is
   *     called by one thread at a time
   */
  public PerModelState(Function<? super Model, ? extends S> first) {
    this.first = Objects.requireNonNull(first, "first must not be null");
  }

  /**
   * Finds what is remembered of a network, or makes it when the network is seen for the first time.
   *
   * @param model the network
   * @return what is remembered
   */
  public synchronized S of(Model model) {
    Optional<S> known = find(model);
    if (known.isPresent()) {
      return known.get();
    }
    S made = Objects.requireNonNull(first.apply(model), "there must be something to begin with");
    put(model, made);
    return made;
  }

  /**
   * Finds what is remembered of a network, if it has been seen.
   *
   * @param model the network
   * @return what is remembered; empty if nothing is
   */
  public synchronized Optional<S> find(Model model) {
    Objects.requireNonNull(model, "the network must not be null");
    return entries.stream().filter(entry -> entry.isOf(model)).map(Entry::memory).findFirst();
  }

  /**
   * Remembers something of a network, in place of what was known.
   *
   * @param model the network
   * @param memory what is remembered from now on
   */
  public synchronized void put(Model model, S memory) {
    entries.removeIf(entry -> entry.isOf(null) || entry.isOf(model));
    entries.add(new Entry<>(new WeakReference<>(model), memory, false));
  }

  /**
   * Carries over what is remembered of a network to the one that continues its training. The old
   * network's memory is kept.
   *
   * @param before the network that was trained until now
   * @param now the network that continues its training
   * @param copy copies the memory for the new network; original and copy must share nothing that
   *     changes
   * @return whether something was remembered of the old network
   */
  public synchronized boolean follow(Model before, Model now, UnaryOperator<S> copy) {
    Optional<S> known = find(before);
    if (known.isEmpty() || before == now) {
      return known.isPresent();
    }
    S carried = Objects.requireNonNull(copy.apply(known.get()), "the copy must not be null");
    entries.replaceAll(
        entry -> entry.isOf(before) ? new Entry<>(entry.model, entry.memory, true) : entry);
    put(now, carried);
    return true;
  }

  /**
   * Lists what is remembered of all networks that are still in use and whose training no other
   * network continues. Of a training that went from network to network, it is that of the last one.
   *
   * @return a list; the network whose memory was set last comes last
   */
  public synchronized List<S> all() {
    return entries.stream()
        .filter(entry -> !entry.isOf(null) && !entry.passedOn)
        .map(Entry::memory)
        .toList();
  }
}
