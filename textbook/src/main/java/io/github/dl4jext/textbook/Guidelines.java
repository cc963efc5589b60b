package io.github.dl4jext.textbook;

import io.github.dl4jext.activations.GlorotUniform;
import io.github.dl4jext.activations.HeNormal;
import io.github.dl4jext.activations.LecunNormal;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.Swish;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.Nesterov;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Optimizer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's closing guidelines as classifiers of dense layers that are ready to train: one
 * method for each, which is also the place to read what it stands for.
 *
 * <pre>{@code
 * MultiLayerConfiguration conf =
 *     Guidelines.standard().inputs(784).hidden(100, 100, 100).classes(10).steps(4300).build();
 * }</pre>
 *
 * <p>All of them end with softmax and run through one cycle of the learning rate, so the number of
 * steps must be known; {@code Steps.of(epochs, examples, batchSize)} tells it. Inputs should be
 * standardised.
 */
public final class Guidelines {

  private final IActivation activation;
  private final IWeightInit weightInit;
  private final boolean batchNorm;
  private final IDropout dropout;
  private final Function<OneCycle, Optimizer> optimizer;
  private final double peak;
  private final UnaryOperator<MultiLayerConfiguration> penalty;
  private int inputs;
  private int[] hidden = {};
  private int classes;
  private int steps;
  private long seed = 42;

  private Guidelines(
      IActivation activation,
      IWeightInit weightInit,
      boolean batchNorm,
      IDropout dropout,
      double peak,
      Function<OneCycle, Optimizer> optimizer,
      UnaryOperator<MultiLayerConfiguration> penalty) {
    this.activation = activation;
    this.weightInit = weightInit;
    this.batchNorm = batchNorm;
    this.dropout = dropout;
    this.peak = peak;
    this.optimizer = optimizer;
    this.penalty = penalty;
  }

  /**
   * The default for a deep network: Swish, He's weights, batch normalization, AdamW.
   *
   * @return to be given the sizes
   */
  public static Guidelines standard() {
    return new Guidelines(
        new Swish(), new HeNormal(), true, null, 0.003, Guidelines::adamW, conf -> conf);
  }

  /**
   * For a plain stack of dense layers: SELU and LeCun's weights, which normalize by themselves, and
   * Nesterov's momentum. If it overfits, add alpha dropout.
   *
   * @return to be given the sizes
   */
  public static Guidelines selfNormalizing() {
    return new Guidelines(
        new SELU(),
        new LecunNormal(),
        false,
        null,
        0.02,
        rate -> new Nesterov(rate, rate.momentum()),
        conf -> conf);
  }

  /**
   * For fast predictions: ReLU, and batch normalization that {@code BatchNormFolding.fold} takes
   * out after training; {@code ReducedPrecision} then halves the weights.
   *
   * @return to be given the sizes
   */
  public static Guidelines lowLatency() {
    return new Guidelines(
        new ReLU(), new HeNormal(), true, null, 0.003, Guidelines::adamW, conf -> conf);
  }

  /**
   * For a small file: ReLU and an l1 penalty, which leaves many weights so small that they can be
   * set to zero.
   *
   * @return to be given the sizes
   */
  public static Guidelines sparse() {
    return new Guidelines(
        new ReLU(),
        new HeNormal(),
        false,
        null,
        0.003,
        Guidelines::adamW,
        conf -> Regularizations.onWeights(conf, new L1(1e-3)));
  }

  /**
   * For decisions that must not be made on a guess: ReLU and dropout on all layers, so that {@code
   * MonteCarloDropout} can tell how sure the network is.
   *
   * @return to be given the sizes
   */
  public static Guidelines riskSensitive() {
    return new Guidelines(
        new ReLU(),
        new HeNormal(),
        false,
        Dropout.dropping(0.2),
        0.003,
        Guidelines::adamW,
        conf -> conf);
  }

  private static Optimizer adamW(OneCycle rate) {
    return new AdamW(rate, 0.01);
  }

  /**
   * How many numbers an example has.
   *
   * @param number at least 1
   * @return this
   */
  public Guidelines inputs(int number) {
    inputs = number;
    return this;
  }

  /**
   * The hidden layers.
   *
   * @param units of each, from the inputs upwards
   * @return this
   */
  public Guidelines hidden(int... units) {
    hidden = units.clone();
    return this;
  }

  /**
   * How many classes there are.
   *
   * @param number at least 2
   * @return this
   */
  public Guidelines classes(int number) {
    classes = number;
    return this;
  }

  /**
   * How long the training will be.
   *
   * @param number of minibatches in all epochs, at least 1
   * @return this
   */
  public Guidelines steps(int number) {
    steps = number;
    return this;
  }

  /**
   * The seed of the weights; 42 unless given.
   *
   * @param number any
   * @return this
   */
  public Guidelines seed(long number) {
    seed = number;
    return this;
  }

  /**
   * Builds the network's configuration, with its optimizer.
   *
   * @return a new configuration
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a size is missing or out of range
   */
  public MultiLayerConfiguration build() {
    Checks.of("guidelines")
        .that(inputs >= 1, "inputs", "1 or more", inputs)
        .that(
            hidden.length > 0 && Arrays.stream(hidden).allMatch(units -> units >= 1),
            "hidden",
            "one layer or more of 1 unit or more",
            Arrays.toString(hidden))
        .that(classes >= 2, "classes", "2 or more", classes)
        .that(steps >= 1, "steps", "1 or more", steps)
        .done();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(activation)
            .weightInit(weightInit)
            .dropOut(dropout)
            .list();
    for (int units : hidden) {
      layers.layer(new DenseLayer.Builder().nOut(units).build());
      if (batchNorm) {
        layers.layer(new BatchNormalization());
      }
    }
    MultiLayerConfiguration conf =
        layers
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(classes)
                    .activation(Activation.SOFTMAX)
                    .weightInit(new GlorotUniform())
                    .build())
            .setInputType(InputType.feedForward(inputs))
            .build();
    return optimizer.apply(OneCycle.torch(peak, steps)).configure(penalty.apply(conf));
  }
}
