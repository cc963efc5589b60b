package io.github.dl4jext.benchmarks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.dl4jext.spi.Plugins;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
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
 * How long does the forward pass of an activation take, ours and PyTorch's by way of DJL? Ours
 * overwrites its input, so that each call includes a copy; PyTorch's returns a new array. PyTorch's
 * binaries come with the profile {@code peers}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class PyTorchActivation {

  /** The plugin name of the activation. */
  @Param({"gelu", "swish", "sigmoid", "tanh", "relu"})
  public String name;

  /** How many numbers the array has. */
  @Param({"3200", "4000000"})
  public int length;

  /** Whose program runs. */
  @Param({"ours", "pytorch"})
  public String side;

  private Runnable pass;

  /** Draws the input. */
  @Setup
  public void draw() {
    pass = side.equals("ours") ? ours() : pytorch();
  }

  private Runnable ours() {
    IActivation activation = Plugins.installed().create(IActivation.class, name);
    Nd4j.getRandom().setSeed(42);
    INDArray source = Nd4j.randn(DataType.FLOAT, 32, length / 32);
    INDArray array = source.dup();
    return () -> activation.getActivation(array.assign(source), true);
  }

  private Runnable pytorch() {
    NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    NDArray source = manager.randomNormal(new Shape(32, length / 32));
    return () -> apply(source).close();
  }

  private NDArray apply(NDArray x) {
    return switch (name) {
      case "gelu" -> Activation.gelu(x);
      case "swish" -> Activation.swish(x, 1);
      case "sigmoid" -> Activation.sigmoid(x);
      case "tanh" -> Activation.tanh(x);
      default -> Activation.relu(x);
    };
  }

  /** The pass. */
  @Benchmark
  public void forward() {
    pass.run();
  }
}
