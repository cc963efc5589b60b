package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.ParameterName;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Passes rates that were reduced in one network of a training on to the others, because each worker
 * of {@code ParallelWrapper} trains a copy.
 */
final class SharedRates {

  private final String plugin;

  /** Null before the first reduction. */
  private @Nullable Map<ParameterName, LearningRate> rates;

  /** The networks that have these rates, or are to keep their own. */
  private final List<WeakReference<Model>> upToDate = new ArrayList<>();

  SharedRates(String plugin) {
    this.plugin = plugin;
  }

  void forget() {
    rates = null;
    upToDate.clear();
  }

  /** Notes that the rates of a network are new, and that the others are to get them. */
  void changed(Network network) {
    rates = LearningRates.of(plugin, network).values();
    upToDate.clear();
    upToDate.add(new WeakReference<>(network.model()));
  }

  /**
   * Lets the new network keep its rates, which its workers get too. The old network also keeps its
   * rates.
   */
  void follow(Network before, Network now) {
    if (rates != null) {
      changed(now);
      upToDate.add(new WeakReference<>(before.model()));
    }
  }

  /** Gives the network of another worker the rates that were reduced in one worker's step. */
  void catchUp(Model model) {
    if (rates == null || upToDate.stream().anyMatch(known -> known.refersTo(model))) {
      return;
    }
    LearningRates own = LearningRates.of(plugin, Network.of(model));
    if (!own.values().keySet().equals(rates.keySet())) {
      throw new IllegalStateException(
          plugin
              + ": a listener must watch one training, but this network has other parameters than"
              + " the one before; say that the training continues,"
              + " Network.of(network).sameTrainingAs(before), or call reset() between trainings, or"
              + " make a listener for each");
    }
    own.put(rates);
    upToDate.removeIf(known -> known.refersTo(null));
    upToDate.add(new WeakReference<>(model));
  }
}
