package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.TrainingNoise;
import io.github.dl4jext.network.noise.RandomState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Examines one training step by step with all checks.
 *
 * <p>The layers' outputs are computed once more, by a network that has the same weights in the same
 * memory, and neither dropout nor weight noise. The training and ND4J's random generator do not
 * change.
 */
public final class Examination {

  private final List<DiagnosisCheck> checks;
  private final Memory memory;

  private @Nullable MultiDataSet minibatch;
  private @Nullable Evidence pending;
  private @Nullable Network silent;
  private @Nullable INDArray weights;

  /** Begins without an examined step. */
  public Examination() {
    this(DiagnosisCheck.all(), new Memory());
  }

  private Examination(List<DiagnosisCheck> checks, Memory memory) {
    this.checks = checks;
    this.memory = memory;
  }

  /** Returns an independent copy, with the memory of the same steps. */
  public synchronized Examination copy() {
    return new Examination(checks, memory.copy());
  }

  /**
   * Keeps the minibatch of a step. Call this in {@code onBackwardPass}, the only event in which
   * both network types have their labels.
   *
   * @param network the network that is trained
   */
  public synchronized void afterBackward(Network network) {
    Objects.requireNonNull(network, "examination: network must be given, was null");
    pending = null;
    minibatch = network.minibatch().orElse(null);
  }

  /**
   * Examines a step before the update. Call this in {@code onGradientCalculation}.
   *
   * @param network the network that is trained
   * @return the findings if the loss is not finite; otherwise empty, because the checks run after
   *     the update
   */
  public synchronized List<Finding> beforeUpdate(Network network) {
    Objects.requireNonNull(network, "examination: network must be given, was null");
    MultiDataSet batch = minibatch;
    minibatch = null;
    if (batch == null) {
      return List.of();
    }
    RandomState random = RandomState.current();
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      pending = new Evidence(network, batch, activations(network, batch), memory);
    } finally {
      outside.close();
      random.restore();
    }
    return Double.isFinite(network.score()) ? List.of() : look();
  }

  /**
   * Examines a step after the update. Call this in {@code iterationDone}.
   *
   * @param network the network that is trained
   * @return the findings of the step; empty if it was not examined before the update
   */
  public synchronized List<Finding> afterUpdate(Network network) {
    Objects.requireNonNull(network, "examination: network must be given, was null");
    if (pending == null) {
      return List.of();
    }
    pending.updated();
    return look();
  }

  private List<Finding> look() {
    Evidence evidence = Objects.requireNonNull(pending, "a step was looked at before");
    pending = null;
    return checks.stream().flatMap(check -> check.look(evidence)).toList();
  }

  private Map<String, INDArray> activations(Network network, MultiDataSet batch) {
    Network copy = silent;
    if (copy == null || weights != network.parameters()) {
      weights = network.parameters();
      copy =
          Network.of(
              NetworkCopy.from(network.model())
                  .weights(weights)
                  .withoutUpdaterState()
                  .changing(TrainingNoise::removeFrom)
                  .build());
      silent = copy;
    }
    try {
      return copy.activations(
          true, batch.getFeatures(), batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
    } finally {
      copy.clearStep();
    }
  }
}
