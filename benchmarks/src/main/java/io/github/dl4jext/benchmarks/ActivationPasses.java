package io.github.dl4jext.benchmarks;

import io.github.dl4jext.spi.Plugins;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
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
 * How long do the forward and the backward pass of an activation take, ours and DL4J's of the same
 * name, on arrays of 320, 3,200, 100,000 and 4,000,000 numbers? The first two are 32 rows of a
 * layer of ten and of a hundred units. Each call includes a copy of the input, which the passes
 * overwrite; the third side is this copy alone. Where DL4J lacks the activation, its Mish is
 * measured instead.
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
public class ActivationPasses {

  private static final Map<String, Supplier<IActivation>> THEIRS =
      Map.ofEntries(
          Map.entry("swish", Activation.SWISH::getActivationFunction),
          Map.entry("elu", Activation.ELU::getActivationFunction),
          Map.entry("selu", Activation.SELU::getActivationFunction),
          Map.entry("softplus", Activation.SOFTPLUS::getActivationFunction),
          Map.entry("gelu_sigmoid", Activation.GELU::getActivationFunction),
          Map.entry("gelu_tanh", () -> new ActivationGELU(true)),
          Map.entry("relu", Activation.RELU::getActivationFunction),
          Map.entry("leaky_relu", Activation.LEAKYRELU::getActivationFunction),
          Map.entry("relu6", Activation.RELU6::getActivationFunction),
          Map.entry("rrelu", Activation.RRELU::getActivationFunction),
          Map.entry("sigmoid", Activation.SIGMOID::getActivationFunction),
          Map.entry("tanh", Activation.TANH::getActivationFunction),
          Map.entry("softsign", Activation.SOFTSIGN::getActivationFunction),
          Map.entry("hard_sigmoid", Activation.HARDSIGMOID::getActivationFunction),
          Map.entry("hard_tanh", Activation.HARDTANH::getActivationFunction));

  /** A length of the arrays of minibatches, and one that no cache holds. */
  private static final Set<String> BESIDE_A_COPY = Set.of("3200", "4000000");

  /** Whether DL4J has an activation of this name of ours. */
  private static boolean isDl4js(String name) {
    return THEIRS.containsKey(name) || name.equals("mish");
  }

  /** Whether a question asks for these values of a parameter. */
  static boolean isAsked(String under, String parameter, String value) {
    return switch (parameter) {
      case "name" -> isDl4js(value) || under.equals("copy") && value.equals("gelu");
      case "length" -> !under.equals("copy") || BESIDE_A_COPY.contains(value);
      default -> true;
    };
  }

  /** The plugin name of the activation. */
  @Param({
    "mish",
    "swish",
    "elu",
    "selu",
    "softplus",
    "gelu_sigmoid",
    "gelu_tanh",
    "relu",
    "leaky_relu",
    "relu6",
    "rrelu",
    "celu",
    "gelu",
    "log_sigmoid",
    "tanh_shrink",
    "hard_swish",
    "hard_shrink",
    "soft_shrink",
    "squared_relu",
    "sigmoid",
    "tanh",
    "softsign",
    "hard_sigmoid",
    "hard_tanh",
    "exponential",
    "squareplus"
  })
  public String name;

  /** How many numbers the array has. */
  @Param({"320", "3200", "100000", "4000000"})
  public int length;

  /** Whose class it is, or neither. */
  @Param({"ours", "theirs", "copy"})
  public String side;

  private IActivation activation;
  private INDArray source;
  private INDArray array;
  private INDArray epsilon;

  /** Draws the input. */
  @Setup
  public void draw() {
    activation =
        switch (side) {
          case "ours" -> Plugins.installed().create(IActivation.class, name);
          case "copy" -> Activation.IDENTITY.getActivationFunction();
          default -> THEIRS.getOrDefault(name, Activation.MISH::getActivationFunction).get();
        };
    Nd4j.getRandom().setSeed(42);
    int rows = length > 1_000_000 ? 2000 : 32;
    source = Nd4j.randn(DataType.FLOAT, rows, length / rows);
    epsilon = Nd4j.randn(DataType.FLOAT, rows, length / rows);
    array = source.dup();
    activation.getActivation(
        source.dup(), true); // DL4J's RReLU draws the slopes for backward() here
  }

  /**
   * The copy and the forward pass.
   *
   * @return the result
   */
  @Benchmark
  public INDArray forward() {
    return activation.getActivation(array.assign(source), true);
  }

  /**
   * The copy and the backward pass.
   *
   * @return the result
   */
  @Benchmark
  public INDArray backward() {
    return activation.backprop(array.assign(source), epsilon).getFirst();
  }
}
