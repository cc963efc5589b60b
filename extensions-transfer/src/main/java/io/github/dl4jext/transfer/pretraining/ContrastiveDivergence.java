package io.github.dl4jext.transfer.pretraining;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The update of a restricted Boltzmann machine, CD-k with momentum; it remembers the last step. */
final class ContrastiveDivergence {

  private final double learningRate;
  private final double momentum;
  private final double weightDecay;
  private final int steps;
  private @Nullable INDArray weightStep;
  private @Nullable INDArray visibleStep;
  private @Nullable INDArray hiddenStep;

  ContrastiveDivergence(double learningRate, double momentum, double weightDecay, int steps) {
    this.learningRate = learningRate;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    this.steps = steps;
  }

  /** One update on a batch. */
  void step(RestrictedBoltzmannMachine machine, INDArray visible) {
    INDArray hidden = machine.hiddenProbabilities(visible);
    INDArray chain = visible;
    INDArray chainHidden = hidden;
    for (int i = 0; i < steps; i++) {
      chain = machine.sampled(machine.visibleProbabilities(machine.sampled(chainHidden)));
      // probabilities, not states, as the last of the chain: less noise, the same mean
      chainHidden = machine.hiddenProbabilities(chain);
    }
    double share = learningRate / visible.rows();
    INDArray rise = visible.transpose().mmul(hidden);
    rise.subi(chain.transpose().mmul(chainHidden)).muli(share);
    rise.subi(machine.weights().muli(learningRate * weightDecay));
    weightStep = withMomentum(weightStep, rise);
    visibleStep = withMomentum(visibleStep, visible.sub(chain).sum(true, 0).muli(share));
    hiddenStep = withMomentum(hiddenStep, hidden.sub(chainHidden).sum(true, 0).muli(share));
    machine.add(weightStep, visibleStep, hiddenStep);
  }

  private INDArray withMomentum(@Nullable INDArray last, INDArray rise) {
    return last == null ? rise : last.muli(momentum).addi(rise);
  }
}
