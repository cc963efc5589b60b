package io.github.dl4jext.parallel;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.UpdaterState;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.TrainerContext;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.deeplearning4j.parallelism.trainer.Trainer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes DL4J's workers, which begin together and with the same state; none of them waits for one
 * that has failed. The first of them trains the network itself, the others a copy.
 */
final class Workers implements TrainerContext {

  private final int count;
  private final @Nullable SharedGradients shared;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile CountDownLatch ready;
  private volatile @Nullable BaseMultiLayerUpdater<?> updater;

  /** Takes what passes gradients on, or null where weights are averaged. */
  Workers(int count, @Nullable SharedGradients shared) {
    this.count = count;
    this.shared = shared;
    ready = new CountDownLatch(count);
  }

  /** Returns what the first failing worker threw. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Gives the network its updater back, which DL4J takes from a stack when a round ends. */
  void giveBackUpdater(Network network) {
    if (updater != null) {
      network.setUpdater(updater);
    }
  }

  @Override
  public void init(Model model, Object... arguments) {
    ready = new CountDownLatch(count);
  }

  @Override
  public Trainer create(
      String uuid,
      int index,
      Model model,
      int device,
      boolean multiDataSets,
      ParallelWrapper wrapper,
      WorkspaceMode workspaces,
      int averagingFrequency) {
    return new Worker(uuid, index, model, multiDataSets, wrapper, workspaces, averagingFrequency);
  }

  @Override
  public void finalizeRound(Model model, Model... models) {
    // the first worker trains the network itself
  }

  @Override
  public void finalizeTraining(Model model, Model... models) {
    // the first worker trains the network itself
  }

  private void fail(Throwable thrown) {
    failure.compareAndSet(null, thrown);
    if (shared != null) {
      shared.fail(thrown);
    }
  }

  private void awaitOthers() {
    ready.countDown();
    try {
      while (!ready.await(10, TimeUnit.MILLISECONDS)) {
        if (failure.get() != null) {
          throw new IllegalStateException("another worker has failed", failure.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the first step", e);
    }
  }

  private final class Worker extends DefaultTrainer {

    Worker(
        String uuid,
        int index,
        Model model,
        boolean multiDataSets,
        ParallelWrapper wrapper,
        WorkspaceMode workspaces,
        int averagingFrequency) {
      this.uuid = uuid + "_thread_" + index;
      this.threadId = index;
      this.originalModel = model;
      this.useMDS = multiDataSets;
      this.parallelWrapper = wrapper;
      this.workspaceMode = workspaces;
      this.averagingFrequency = averagingFrequency;
    }

    @Override
    public boolean averagingRequired() {
      return shared == null;
    }

    /** Gives a copy the counts and the updater's state, which its configuration does not have. */
    @Override
    protected void postInit() {
      super.postInit();
      Network network = Network.of(replicatedModel);
      if (replicatedModel != originalModel) {
        Network original = Network.of(originalModel);
        network.setProgress(original.progress());
        UpdaterState.copyOf(original).putInto(network);
      }
      if (shared != null) {
        shared.connect(network);
        shared.touch();
      }
      awaitOthers();
    }

    @Override
    protected void fit(DataSet batch) {
      step(() -> super.fit(batch));
    }

    @Override
    protected void fit(MultiDataSet batch) {
      step(() -> super.fit(batch));
    }

    /** Steps, and notes the updater: a listener may have given the network another one. */
    private void step(Runnable fit) {
      try {
        fit.run();
      } catch (RuntimeException | Error e) {
        fail(e); // before the calling thread knows
        throw e;
      }
      if (replicatedModel == originalModel) {
        updater = Network.of(originalModel).updater().orElse(null);
      }
    }

    @Override
    public void run() {
      try {
        super.run();
      } catch (RuntimeException | Error e) {
        fail(e);
        if (thrownException == null) {
          thrownException = new IllegalStateException(e); // DL4J waits for ever after an Error
        }
      }
    }
  }
}
