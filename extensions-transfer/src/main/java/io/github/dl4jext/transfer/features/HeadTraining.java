package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.network.UnfinishedTraining;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains the head of a split network on batches at the border, while listeners see the whole
 * network: before each call of theirs it is made as the head is, and after it the head as the whole
 * network is, in case they have changed it.
 */
final class HeadTraining<M extends Model> {

  private final SplitNetwork<M> split;
  private final Network whole;
  private final Network head;
  private final HeadMirror mirror;
  private @Nullable MultiDataSet batch;

  HeadTraining(SplitNetwork<M> split) {
    this.split = split;
    this.whole = Network.of(split.whole);
    this.head = split.head();
    this.mirror = new HeadMirror(whole, head, split::nameInWhole);
  }

  /** Trains up to so many epochs, and gives the whole network. */
  M fit(Iterable<MultiDataSet> batches, int epochs) {
    try {
      for (int epoch = 0; epoch < epochs && !StopsTraining.isWantedBy(whole); epoch++) {
        fitEpoch(batches);
      }
    } catch (RuntimeException | Error e) {
      finish();
      UnfinishedTraining.addTo(e, split.whole);
      throw e;
    }
    finish();
    StopsTraining.tellOfEnd(whole);
    return split.whole;
  }

  private void finish() {
    mirror.toWhole();
    whole.leaveStep();
    split.forget();
  }

  private void fitEpoch(Iterable<MultiDataSet> batches) {
    boolean watched = !whole.listeners().isEmpty();
    head.setListeners(watched ? List.of(new Relay()) : List.of());
    call(listener -> listener.onEpochStart(split.whole));
    for (MultiDataSet next : batches) {
      batch = next;
      head.fit(next);
    }
    call(listener -> listener.onEpochEnd(split.whole));
    TrainingProgress now = head.progress();
    head.setProgress(new TrainingProgress(now.iterations(), now.epochs() + 1));
  }

  private void call(Consumer<TrainingListener> event) {
    List<TrainingListener> listeners = whole.listeners();
    if (!listeners.isEmpty()) {
      mirror.toWhole();
      try {
        listeners.forEach(event);
      } finally {
        mirror.toHead();
      }
    }
  }

  /** Is the head's only listener, and calls those of the whole network. */
  private final class Relay extends BaseTrainingListener {

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      mirror.parametersToWhole();
      List<INDArray> all = split.inWhole(activations);
      within(null, listener -> listener.onForwardPass(split.whole, all));
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      mirror.parametersToWhole();
      within(null, listener -> listener.onForwardPass(split.whole, activations));
    }

    @Override
    public void onBackwardPass(Model model) {
      within(mirror.gradient(), listener -> listener.onBackwardPass(split.whole));
    }

    @Override
    public void onGradientCalculation(Model model) {
      within(mirror.gradient(), listener -> listener.onGradientCalculation(split.whole));
    }

    /**
     * Calls listeners within a step, in which gradients and score change; constraints have moved
     * parameters before it.
     */
    private void within(@Nullable Gradient gradient, Consumer<TrainingListener> event) {
      split.show(Objects.requireNonNull(batch, "the batch of this step"), gradient);
      mirror.gradientsToWhole();
      try {
        whole.listeners().forEach(event);
      } finally {
        mirror.gradientsToHead();
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      split.show(Objects.requireNonNull(batch, "the batch of this step"), mirror.gradient());
      mirror.gradientsToWhole();
      call(listener -> listener.iterationDone(split.whole, iteration, epoch));
    }
  }
}
