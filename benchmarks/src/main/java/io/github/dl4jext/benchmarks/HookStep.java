package io.github.dl4jext.benchmarks;

import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.spi.Plugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
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
 * How long does a step of {@code fit} of 784-300-100-10 with SGD and 32 examples take with a
 * listener, a constraint, a penalty or a dropout on every layer, how long without, and how long
 * with DL4J's own class?
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
public class HookStep {

  /** DL4J's own dropouts, by the spec of ours; the chance of its Dropout is that of keeping. */
  private static final Map<String, IDropout> DROPOUTS =
      Map.of(
          "dropout(0.2)", new Dropout(0.8),
          "alpha_dropout(0.2)", new AlphaDropout(0.8),
          "gaussian_dropout(0.2)", new GaussianDropout(0.2),
          "gaussian_noise(0.1)", new GaussianNoise(0.1));

  /** The plugin that is added, by its kind and spec. */
  @Param({
    "listener clip_by_global_norm(1.0)",
    "listener clip_by_value(1.0)",
    "listener exponential_moving_average(decay=0.999)",
    "listener stop_on_nan",
    "constraint max_norm",
    "penalty l2",
    "dropout dropout(0.2)",
    "dropout alpha_dropout(0.2)",
    "dropout gaussian_dropout(0.2)",
    "dropout gaussian_noise(0.1)"
  })
  public String hook;

  /** With the plugin, without it, or with DL4J's own in its place. */
  @Param({"with", "without", "dl4j"})
  public String whose;

  private MultiLayerNetwork net;
  private DataSet batch;

  /** Whether DL4J has a class of its own for it, which does the same. */
  static boolean isDl4js(String hook) {
    return !hook.startsWith("listener");
  }

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    String kind = whose.equals("without") ? "none" : hook.substring(0, hook.indexOf(' '));
    String spec = hook.substring(hook.indexOf(' ') + 1);
    boolean ours = whose.equals("with");
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            .updater(new Sgd(1e-9)); // so small a rate that the gradients stay the same
    if (kind.equals("dropout")) {
      base.dropOut(ours ? Plugins.installed().create(IDropout.class, spec) : DROPOUTS.get(spec));
    }
    if (kind.equals("penalty")) {
      base.regularization(
          new ArrayList<Regularization>(List.of(ours ? new L2(1e-4) : new L2Regularization(1e-4))));
    }
    if (kind.equals("constraint") && !ours) {
      base.constrainWeights(new MaxNormConstraint(100, 1));
    }
    MultiLayerConfiguration configuration =
        base.list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(300).build())
            .layer(new DenseLayer.Builder().nIn(300).nOut(100).build())
            .layer(
                new OutputLayer.Builder().nIn(100).nOut(10).activation(Activation.SOFTMAX).build())
            .build();
    if (kind.equals("constraint") && ours) {
      Constraints.onWeights(configuration, new MaxNorm(100));
    }
    net = new MultiLayerNetwork(configuration);
    net.init();
    if (kind.equals("listener")) {
      net.setListeners(Plugins.installed().create(TrainingListener.class, spec));
    }
    batch = DenseStep.batch(32);
  }

  /** One step. */
  @Benchmark
  public void step() {
    net.fit(batch);
  }
}
