package io.github.dl4jext.transfer.features;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A network in two: the trunk, which puts out the same for the same data in every epoch, and the
 * head above it, as a network of its own that goes on where the whole was. Both are of a copy; the
 * network that was given is left alone, its stored inputs and masks included.
 *
 * @param <M> one of the host's two types of network
 */
interface SplitNetwork<M extends Model> {

  /** The upper part as a network. */
  M head();

  /** Who watches the head. */
  Collection<TrainingListener> listeners();

  /**
   * A batch as the head gets it: what crosses the border, its masks, and labels as they were. It is
   * detached from all workspaces.
   */
  MultiDataSet atBorder(MultiDataSet batch);

  /** One step of the head, on a batch at the border. */
  void fit(MultiDataSet batch);

  /** Counts an epoch of the head. */
  void endEpoch();

  /** The whole network with the head as it is now. */
  M joined();

  /** Adds all of the network that determines what is at the border. */
  void addTo(FeatureKey key);

  /** One epoch of the head, with what listeners are told of it. */
  default void fitEpoch(Iterable<MultiDataSet> batches) {
    // a list of its own: a listener may take itself off
    List<TrainingListener> listeners = List.copyOf(listeners());
    listeners.forEach(listener -> listener.onEpochStart(head()));
    batches.forEach(this::fit);
    listeners.forEach(listener -> listener.onEpochEnd(head()));
    endEpoch();
  }
}
