package io.github.dl4jext.network;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;

/**
 * What a listener remembers of each network, forgotten with the network. {@code ParallelWrapper}'s
 * workers share one listener and train a network each, each in a thread of its own.
 *
 * <p>A network is told by identity. A {@code WeakHashMap} would not do: DL4J's networks are equal
 * when their parameters are.
 *
 * @param <S> what is remembered; it must not lead to the network, which would then never be freed
 */
public final class PerModelState<S> {

  private final List<Entry<S>> entries = new ArrayList<>();
  private final Function<? super Model, ? extends S> first;

  /**
   * Remembers nothing yet.
   *
   * @param first what to begin with when a network is seen for the first time; called by one thread
   *     at a time
   */
  public PerModelState(Function<? super Model, ? extends S> first) {
    this.first = Objects.requireNonNull(first, "nothing to begin with");
  }

  /**
   * What is remembered of a network, made when it is seen for the first time.
   *
   * @param model the network
   * @return what is remembered
   */
  public synchronized S of(Model model) {
    Optional<S> known = find(model);
    if (known.isPresent()) {
      return known.get();
    }
    entries.removeIf(entry -> entry.model.refersTo(null));
    S made = Objects.requireNonNull(first.apply(model), "nothing to begin with");
    entries.add(new Entry<>(new WeakReference<>(model), made));
    return made;
  }

  /**
   * What is remembered of a network, if it has been seen.
   *
   * @param model the network
   * @return what is remembered; empty if nothing is
   */
  public synchronized Optional<S> find(Model model) {
    Objects.requireNonNull(model, "no network given");
    for (Entry<S> entry : entries) {
      if (entry.model.refersTo(model)) {
        return Optional.of(entry.memory);
      }
    }
    return Optional.empty();
  }

  /**
   * What is remembered of all networks that are in use.
   *
   * @return a list, the network first seen first
   */
  public synchronized List<S> all() {
    return entries.stream()
        .filter(entry -> !entry.model.refersTo(null))
        .map(entry -> entry.memory)
        .toList();
  }

  private record Entry<S>(WeakReference<Model> model, S memory) {}
}
