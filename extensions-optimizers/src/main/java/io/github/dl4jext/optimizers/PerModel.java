package io.github.dl4jext.optimizers;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;

/**
 * What a listener keeps for each network, found by identity and forgotten with the network. A
 * {@code WeakHashMap} would not do: networks are equal when their weights are.
 *
 * @param <S> what is kept; it must not refer to the network
 */
final class PerModel<S> {

  private record Entry<S>(WeakReference<Model> model, S state) {}

  private final List<Entry<S>> entries = new ArrayList<>();

  /** What is kept for the network, made when it is seen for the first time. */
  synchronized S get(Model model, Supplier<S> first) {
    S state = find(model);
    if (state == null) {
      state = first.get();
      entries.add(new Entry<>(new WeakReference<>(model), state));
    }
    return state;
  }

  /** What is kept for the network, or null. */
  synchronized S find(Model model) {
    Objects.requireNonNull(model, "no network given");
    entries.removeIf(entry -> entry.model().get() == null);
    for (Entry<S> entry : entries) {
      if (entry.model().get() == model) {
        return entry.state();
      }
    }
    return null;
  }

  /** What is kept for all networks that are in use, the first seen first. */
  synchronized List<S> all() {
    return entries.stream().filter(entry -> entry.model().get() != null).map(Entry::state).toList();
  }
}
