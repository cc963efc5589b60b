package io.github.dl4jext.listeners;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;

/**
 * What a listener remembers of each model. {@code ParallelWrapper}'s workers share one listener and
 * train a model each; a model is told by identity, since DL4J's networks compare their parameters.
 *
 * @param <T> what is remembered; it must not lead to the model, or that would never be freed
 */
final class PerModel<T> {

  private final List<Entry<T>> entries = new ArrayList<>();
  private final Supplier<T> fresh;

  PerModel(Supplier<T> fresh) {
    this.fresh = fresh;
  }

  synchronized T of(Model model) {
    for (Entry<T> entry : entries) {
      if (entry.model.refersTo(model)) {
        return entry.memory;
      }
    }
    entries.removeIf(entry -> entry.model.refersTo(null));
    Entry<T> added = new Entry<>(new WeakReference<>(model), fresh.get());
    entries.add(added);
    return added.memory;
  }

  private record Entry<T>(WeakReference<Model> model, T memory) {}
}
