package io.github.dl4jext.testkit;

import io.github.dl4jext.spi.Optimizer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/** One vector of parameters that learns by an optimizer, step by step, as DL4J has it learn. */
final class Descent {

  private final IUpdater rule;
  private final GradientUpdater<?> updater;
  private final List<Regularization> regularizations;
  private final @Nullable INDArray state;
  private final INDArray parameters;
  private int iteration;

  Descent(IUpdater rule, List<Regularization> regularizations, INDArray start) {
    this.rule = rule;
    this.regularizations = regularizations;
    this.parameters = start.dup();
    long size = rule.stateSize(start.length());
    this.state =
        size == 0 ? null : Nd4j.createUninitialized(start.dataType(), new long[] {1, size});
    this.updater = rule.instantiate(state, true);
  }

  static Descent of(Optimizer optimizer, INDArray start) {
    return new Descent(optimizer.updater(), optimizer.regularizations(), start);
  }

  static Descent of(Optimizer optimizer, DataType type, double... start) {
    return of(optimizer, Nd4j.createFromArray(start).castTo(type));
  }

  /** A copy of the parameters. */
  double[] at() {
    return parameters.dup().castTo(DataType.DOUBLE).toDoubleVector();
  }

  INDArray parameters() {
    return parameters;
  }

  @Nullable INDArray state() {
    return state;
  }

  void step(double... gradient) {
    step(Nd4j.createFromArray(gradient).castTo(parameters.dataType()));
  }

  /** One step; the gradient is overwritten by the update. */
  void step(INDArray gradient) {
    double rate = rule.hasLearningRate() ? rule.getLearningRate(iteration, 0) : 1;
    regularize(ApplyStep.BEFORE_UPDATER, gradient, rate);
    updater.applyUpdater(gradient, iteration, 0);
    regularize(ApplyStep.POST_UPDATER, gradient, rate);
    parameters.subi(gradient);
    iteration++;
  }

  private void regularize(ApplyStep when, INDArray gradient, double rate) {
    for (Regularization regularization : regularizations) {
      if (regularization.applyStep() == when) {
        regularization.apply(parameters, gradient, rate, iteration, 0);
      }
    }
  }
}
