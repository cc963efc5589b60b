package io.github.dl4jext.benchmarks;

import io.github.dl4jext.activations.Mish;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
 * How long does Mish take on 2000 x 2000 floats, ours and DL4J's, inside a workspace as in {@code
 * fit}, and outside? Each call includes a copy of the input, which both overwrite; {@code copy}
 * measures the copy alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class MishForward {

  /** Whether the call is made inside a workspace. */
  @Param({"inside", "outside"})
  public String workspace;

  private final WorkspaceConfiguration configuration =
      WorkspaceConfiguration.builder()
          .initialSize(64 << 20)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final IActivation ours = new Mish();
  private final IActivation theirs = new ActivationMish();
  private INDArray source;
  private INDArray array;

  /** Draws the input. */
  @Setup
  public void draw() {
    Nd4j.getRandom().setSeed(42);
    source = Nd4j.randn(DataType.FLOAT, 2000, 2000);
    array = source.dup();
  }

  @SuppressWarnings("try") // the workspace only has to be open
  private INDArray run(IActivation activation) {
    array.assign(source);
    if (activation == null) {
      return array;
    }
    if (workspace.equals("outside")) {
      return activation.getActivation(array, true);
    }
    try (MemoryWorkspace scope =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "MISH")) {
      return activation.getActivation(array, true);
    }
  }

  /**
   * The copy alone.
   *
   * @return the result
   */
  @Benchmark
  public INDArray copy() {
    return run(null);
  }

  /**
   * The copy and {@link Mish}.
   *
   * @return the result
   */
  @Benchmark
  public INDArray ours() {
    return run(ours);
  }

  /**
   * The copy and DL4J's {@link ActivationMish}.
   *
   * @return the result
   */
  @Benchmark
  public INDArray theirs() {
    return run(theirs);
  }
}
