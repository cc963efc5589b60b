package io.github.dl4jext.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import io.github.dl4jext.optimizers.AdamW;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a step of AdamW take for 10 million float parameters? {@code ours} is the whole
 * step: updater, decay and subtraction; {@code theirs} is DL4J's Adam and one axpy, without decay;
 * {@code pytorch} is DJL's AdamW on PyTorch's engine. In the first two the update of one step is
 * the gradient of the next, so that its size stays about that of the learning rate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class AdamWStep {

  private static final int PARAMETERS = 10_000_000;

  /** An update rule of DL4J's type, with its state, weights and gradient. */
  private static final class Side {

    private final IUpdater rule;
    private final GradientUpdater<?> updater;
    private final INDArray weights = Nd4j.randn(DataType.FLOAT, PARAMETERS);
    private final INDArray gradient = Nd4j.randn(DataType.FLOAT, PARAMETERS);
    private int iteration;

    Side(IUpdater rule) {
      this.rule = rule;
      this.updater = rule.instantiate(Nd4j.create(DataType.FLOAT, 1, 2L * PARAMETERS), true);
    }

    double update() {
      updater.applyUpdater(gradient, iteration, 0);
      return rule.getLearningRate(iteration++, 0);
    }
  }

  private Side ours;
  private Side theirs;
  private Regularization decay;
  private NDManager manager;
  private NDArray weights;
  private NDArray gradient;
  private ai.djl.training.optimizer.Optimizer pytorch;

  /** Makes weights, gradients and state. */
  @Setup
  public void setUp() {
    AdamW adamW = new AdamW(1e-3, 0.01);
    ours = new Side(adamW.updater());
    decay = adamW.regularizations().get(0);
    theirs = new Side(new Adam(1e-3));
    manager = NDManager.newBaseManager();
    weights = manager.randomNormal(new Shape(PARAMETERS));
    gradient = manager.randomNormal(new Shape(PARAMETERS));
    pytorch =
        ai.djl.training.optimizer.Optimizer.adamW()
            .optLearningRateTracker(Tracker.fixed(1e-3f))
            .optWeightDecays(0.01f)
            .build();
  }

  /** Frees PyTorch's arrays. */
  @TearDown
  public void tearDown() {
    manager.close();
  }

  /** Updater, decay and subtraction. */
  @Benchmark
  public void ours() {
    double rate = ours.update();
    decay.apply(ours.weights, ours.gradient, rate, ours.iteration, 0);
    ours.weights.subi(ours.gradient);
  }

  /** Updater and one axpy. */
  @Benchmark
  public void theirs() {
    theirs.update();
    Nd4j.exec(new Axpy(theirs.gradient, theirs.weights, theirs.weights, -1));
  }

  /** The whole step. */
  @Benchmark
  public void pytorch() {
    pytorch.update("weights", weights, gradient);
  }
}
