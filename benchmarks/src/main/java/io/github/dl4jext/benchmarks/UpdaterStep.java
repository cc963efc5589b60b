package io.github.dl4jext.benchmarks;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a step of an update rule take, ours and DL4J's? Each call includes a copy of the
 * gradient, which both overwrite. Our plain momentum is compared with DL4J's Nesterov momentum, as
 * DL4J has no other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class UpdaterStep {

  private static final Map<String, IUpdater> THEIRS =
      Map.of(
          "sgd(learningRate=0.1)", new Sgd(0.1),
          "momentum(learningRate=0.1)", new Nesterovs(0.1, 0.9),
          "nesterov(learningRate=0.1)", new Nesterovs(0.1, 0.9),
          "adam", new Adam(1e-3),
          "amsgrad", new AMSGrad(1e-3),
          "nadam", new Nadam(1e-3),
          "adamax", new AdaMax(1e-3),
          "rmsprop", new RmsProp(1e-3),
          "adagrad(learningRate=0.01)", new AdaGrad(0.01),
          "adadelta", new AdaDelta());

  /** The spec of our rule. */
  @Param({
    "sgd(learningRate=0.1)",
    "momentum(learningRate=0.1)",
    "nesterov(learningRate=0.1)",
    "adam",
    "amsgrad",
    "nadam",
    "adamax",
    "rmsprop",
    "adagrad(learningRate=0.01)",
    "adadelta"
  })
  public String spec;

  /** The number of parameters. */
  @Param({"10000", "100000", "1000000", "10000000"})
  public int parameters;

  /** Whose class it is. */
  @Param({"ours", "theirs"})
  public String side;

  private GradientUpdater<?> updater;
  private INDArray source;
  private INDArray gradient;
  private int iteration;

  /** Draws the gradient and makes the state. */
  @Setup
  public void draw() {
    IUpdater rule =
        side.equals("ours")
            ? Plugins.installed().create(Optimizer.class, spec).updater()
            : THEIRS.get(spec);
    Nd4j.getRandom().setSeed(42);
    source = Nd4j.randn(DataType.FLOAT, 1, parameters);
    gradient = source.dup();
    long size = rule.stateSize(parameters);
    updater = rule.instantiate(size == 0 ? null : Nd4j.create(DataType.FLOAT, 1, size), true);
  }

  /**
   * The copy and the step.
   *
   * @return the update, in the array of the gradient
   */
  @Benchmark
  public INDArray step() {
    updater.applyUpdater(gradient.assign(source), iteration++, 0);
    return gradient;
  }
}
