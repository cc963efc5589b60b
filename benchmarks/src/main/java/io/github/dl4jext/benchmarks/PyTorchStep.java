package io.github.dl4jext.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.Swish;
import io.github.dl4jext.cpu.FastLayers;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.SGD;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
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
 * What is a step of training with this library's layers, activations and optimizers, beside one of
 * PyTorch's by way of DJL? A step is forward, backward and update of a batch of 32. PyTorch's
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
public class PyTorchStep {

  private static final String RELU_ADAM = "784-300-100-10 ReLU Adam";
  private static final int BATCH = 32;
  private static final float RATE = 1e-9f; // so slow that the gradients stay as they are

  /** Whose program runs. */
  @Param({"ours", "pytorch"})
  public String side;

  /** The layers, the activation and the optimizer. */
  @Param({RELU_ADAM, "784-100-100-100-10 Swish SGD"})
  public String training;

  private Runnable step;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    boolean adam = training.equals(RELU_ADAM);
    int[] hidden = adam ? new int[] {300, 100} : new int[] {100, 100, 100};
    step = side.equals("ours") ? ours(adam, hidden) : pytorch(adam, hidden);
  }

  private static Runnable ours(boolean adam, int... hidden) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(adam ? new ReLU() : new Swish())
            .list();
    int below = 784;
    for (int units : hidden) {
      list.layer(new DenseLayer.Builder().nIn(below).nOut(units).build());
      below = units;
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(below)
            .nOut(10)
            .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net =
        new MultiLayerNetwork((adam ? new Adam(RATE) : new SGD(RATE)).configure(list.build()));
    net.init();
    MultiLayerNetwork fast = FastLayers.of(net);
    DataSet batch = DenseStep.batch(BATCH);
    return () -> fast.fit(batch);
  }

  private static Runnable pytorch(boolean adam, int... hidden) {
    SequentialBlock block = new SequentialBlock();
    for (int units : hidden) {
      block.add(Linear.builder().setUnits(units).build());
      block.add(adam ? Activation::relu : x -> Activation.swish(x, 1));
    }
    block.add(Linear.builder().setUnits(10).build());
    Model model = Model.newInstance("step", Device.cpu(), "PyTorch");
    model.setBlock(block);
    Tracker rate = Tracker.fixed(RATE);
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                    adam
                        ? ai.djl.training.optimizer.Optimizer.adam()
                            .optLearningRateTracker(rate)
                            .build()
                        : ai.djl.training.optimizer.Optimizer.sgd()
                            .setLearningRateTracker(rate)
                            .build()));
    trainer.initialize(new Shape(BATCH, 784));
    NDArray features = trainer.getManager().randomUniform(0, 1, new Shape(BATCH, 784));
    NDArray labels =
        trainer.getManager().arange(BATCH).mod(10).toType(DataType.INT64, false).reshape(BATCH, 1);
    return () -> {
      try (NDManager scope = trainer.getManager().newSubManager()) {
        NDArray input = features.duplicate();
        input.attach(scope);
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList scores = trainer.forward(new NDList(input));
          collector.backward(trainer.getLoss().evaluate(new NDList(labels), scores));
        }
        trainer.step();
      }
    };
  }

  /** One step. */
  @Benchmark
  public void step() {
    step.run();
  }
}
