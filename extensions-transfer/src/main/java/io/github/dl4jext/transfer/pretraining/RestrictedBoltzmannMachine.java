package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.activations.Softplus;
import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Trains a restricted Boltzmann machine: a layer that learns without labels, as those of the first
 * deep networks did.
 *
 * <p>Visible units v and hidden units h are 0 or 1, with {@code p(v, h)} proportional to {@code
 * exp(v W h + b v + c h)}. Given one side, the units of the other are independent: {@code p(h = 1 |
 * v) = sigmoid(v W + c)}, {@code p(v = 1 | h) = sigmoid(h W' + b)}. A {@link StackedAutoencoder} is
 * simpler and faster; a Boltzmann machine is the historical alternative, and a generative model,
 * from which one can sample.
 *
 * <pre>{@code
 * RestrictedBoltzmannMachine machine =
 *     RestrictedBoltzmannMachine.builder(784, 300).learningRate(0.05).build();
 * machine.fit(images, 10, epoch -> System.out.println(epoch));
 * PretrainedLayers.copy(machine.toNetwork(), classifier);
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>visible, hidden</td><td>[1, inf)</td><td>required</td><td>units</td></tr>
 * <tr><td>eta</td><td>learningRate</td><td>(0, inf)</td><td>0.1</td><td></td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1)</td><td>0.5</td><td></td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf)</td><td>0.0001</td><td>per step, times eta
 *   </td></tr>
 * <tr><td>k</td><td>steps</td><td>[1, inf)</td><td>1</td><td>Gibbs steps per update</td></tr>
 * <tr><td></td><td>seed</td><td>any</td><td>42</td><td></td></tr></table>
 *
 * <p><b>Update.</b> CD-k (contrastive divergence) on a batch of n rows v0 samples h0 from v0, v1
 * from h0, and so on up to vk. With {@code q(v) = p(h = 1 | v)}, it follows {@code g = (v0' q(v0) -
 * vk' q(vk)) / n} uphill: {@code m = mu m + eta (g - lambda W)}, then {@code W = W + m}. The biases
 * are updated likewise, without decay. The chain consists of samples; only {@code q(v0)} and {@code
 * q(vk)} are probabilities. Initial weights are normal with mean 0 and standard deviation 0.01, and
 * initial biases are 0.
 *
 * <p><b>What to watch.</b> The reconstruction error (mean squared difference of v0 and the
 * probabilities of v1) falls during training, but it is not what training minimises. The free
 * energy {@code F(v) = -b v - sum log(1 + exp(v W + c))} shows overfitting: the gap between the
 * mean free energies of unseen and of training data then grows.
 *
 * <p><b>Shape and type.</b> Features are [examples, visible], with values in [0, 1]; those between
 * 0 and 1 are taken as probabilities, as Hinton does. Everything is computed in float.
 *
 * <p><b>Edges.</b> Data that is not finite or not in [0, 1] is refused, and the message gives the
 * number of the batch. If weights are not finite after an epoch, an exception ends the training.
 * The same seed and batches give the same weights, bit for bit; no global random state is used.
 *
 * <p><b>Check.</b> If all parameters are 0, every probability is 1/2 and F(v) = -hidden log 2.
 *
 * <p><b>Departures.</b> DL4J dropped its own Boltzmann machine in 1.0.0-beta. Unlike in Hinton's
 * guide, there is no sparsity target, and momentum is not raised during training.
 *
 * @see <a href="https://www.cs.toronto.edu/~hinton/absps/guideTR.pdf">Hinton (2010)</a>
 */
public final class RestrictedBoltzmannMachine {

  static final String NAME = "restricted_boltzmann_machine";
  private static final Parameter<Integer> EPOCHS = Parameter.integer("epochs").in("[1, inf)");

  private static final double INITIAL_DEVIATION = 0.01;

  private final int visible;
  private final int hidden;
  private final long seed;
  private final INDArray weights;
  private final INDArray visibleBias;
  private final INDArray hiddenBias;
  private final ContrastiveDivergence rule;
  private final CounterRandom seeds;
  private long drawn;

  /**
   * Reports one epoch of training.
   *
   * @param number the number of the epoch, from 1
   * @param reconstructionError the mean squared difference between the inputs and their
   *     reconstruction, as {@link #reconstructionError(INDArray)} measures it, before each update
   * @param freeEnergy the mean free energy of the inputs, before each update
   */
  public record Epoch(int number, double reconstructionError, double freeEnergy) {}

  RestrictedBoltzmannMachine(RestrictedBoltzmannMachineBuilder from) {
    visible = from.visible;
    hidden = from.hidden;
    seed = from.seed;
    seeds = new CounterRandom(seed);
    CounterRandom draws = new CounterRandom(seeds.bits(0, drawn++));
    double[] initial = new double[visible * hidden];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = INITIAL_DEVIATION * draws.gaussian(0, i);
    }
    weights = matrix(initial, visible, hidden);
    visibleBias = Nd4j.zeros(DataType.FLOAT, 1, visible);
    hiddenBias = Nd4j.zeros(DataType.FLOAT, 1, hidden);
    rule =
        new ContrastiveDivergence(from.learningRate, from.momentum, from.weightDecay, from.steps);
  }

  /**
   * Begins a machine with its sizes.
   *
   * @param visible the number of visible units, which is that of the inputs; at least 1
   * @param hidden the number of hidden units, which is that of the outputs; at least 1
   * @return the builder, which takes the other settings
   */
  public static RestrictedBoltzmannMachineBuilder builder(int visible, int hidden) {
    return new RestrictedBoltzmannMachineBuilder(visible, hidden);
  }

  /**
   * Trains the machine, beginning with its present weights.
   *
   * @param data features in [0, 1], from an iterator that supports reset; labels are ignored
   * @param epochs passes through the data, at least 1
   * @param report is called after every epoch
   * @return this
   * @throws IllegalArgumentException if {@code epochs} is below 1, or if the data is empty, does
   *     not have the machine's number of inputs, or has a value outside [0, 1]
   * @throws IllegalStateException if weights are not finite after an epoch
   */
  public RestrictedBoltzmannMachine fit(DataSetIterator data, int epochs, Consumer<Epoch> report) {
    requireWidth("the data has", FeatureBatches.inputs(data));
    return fit(
        new FeatureBatches(data, DataType.FLOAT, visible, true), inputs -> inputs, epochs, report);
  }

  /** Throws if the number of inputs is not that of the visible units, and names both. */
  void requireWidth(String whose, long inputs) {
    if (inputs != visible) {
      throw new IllegalArgumentException(
          "%s: %s %s inputs, but it has %s visible units".formatted(NAME, whose, inputs, visible));
    }
  }

  /** Trains on the outputs that lower layers compute from the batches. */
  RestrictedBoltzmannMachine fit(
      FeatureBatches batches, UnaryOperator<INDArray> below, int epochs, Consumer<Epoch> report) {
    Checks.of(NAME).check(EPOCHS, epochs).done();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      batches.reset();
      double error = 0;
      double energy = 0;
      long rows = 0;
      while (batches.hasNext()) {
        INDArray batch = below.apply(batches.next());
        error += reconstructionError(batch) * batch.rows();
        energy += freeEnergy(batch).sumNumber().doubleValue();
        rows += batch.rows();
        step(batch);
      }
      if (!Double.isFinite(weights.sumNumber().doubleValue())) {
        throw new IllegalStateException(
            NAME + ": weights are not finite after epoch " + epoch + ": lower the learning rate");
      }
      report.accept(new Epoch(epoch, error / rows, energy / rows));
    }
    return this;
  }

  /** One update on a batch. */
  void step(INDArray visible) {
    rule.step(this, visible);
  }

  /** Moves the parameters. */
  void add(INDArray toWeights, INDArray toVisibleBias, INDArray toHiddenBias) {
    weights.addi(toWeights);
    visibleBias.addi(toVisibleBias);
    hiddenBias.addi(toHiddenBias);
  }

  /** Draws 0 or 1 for each element, 1 with the given probability, from a new random stream. */
  INDArray sampled(INDArray probabilities) {
    CounterRandom draws = new CounterRandom(seeds.bits(0, drawn++));
    float[] p = probabilities.dup('c').data().asFloat();
    double[] states = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      states[i] = draws.uniform(0, i) < p[i] ? 1 : 0;
    }
    return matrix(states, probabilities.rows(), probabilities.columns());
  }

  private static INDArray matrix(double[] numbers, long rows, long columns) {
    return Nd4j.createFromArray(numbers).reshape('c', rows, columns).castTo(DataType.FLOAT);
  }

  /**
   * Computes the probability that each hidden unit is 1.
   *
   * @param visible states or probabilities of the visible units, [examples, visible]
   * @return the probabilities, [examples, hidden]
   */
  public INDArray hiddenProbabilities(INDArray visible) {
    return Transforms.sigmoid(visible.mmul(weights).addiRowVector(hiddenBias), false);
  }

  /**
   * Computes the probability that each visible unit is 1.
   *
   * @param hidden states or probabilities of the hidden units, [examples, hidden]
   * @return the probabilities, [examples, visible]
   */
  public INDArray visibleProbabilities(INDArray hidden) {
    return Transforms.sigmoid(hidden.mmul(weights.transpose()).addiRowVector(visibleBias), false);
  }

  /**
   * Draws samples of the visible units by Gibbs steps.
   *
   * @param start where the chains begin, [chains, visible]
   * @param steps how many steps; each samples the hidden units, and from these the visible ones
   * @return the states of the visible units, 0 or 1, [chains, visible]; {@code start} itself if
   *     {@code steps} is 0
   */
  public INDArray sample(INDArray start, int steps) {
    INDArray chain = start;
    for (int i = 0; i < steps; i++) {
      chain = sampled(visibleProbabilities(sampled(hiddenProbabilities(chain))));
    }
    return chain;
  }

  /**
   * Computes the free energy: minus the logarithm of the probability, up to a constant that is the
   * same for all examples.
   *
   * @param visible states or probabilities of the visible units, [examples, visible]
   * @return the free energy of each example, [examples, 1]
   */
  public INDArray freeEnergy(INDArray visible) {
    INDArray input = visible.mmul(weights).addiRowVector(hiddenBias);
    INDArray soft = new Softplus().getActivation(input, false);
    return soft.sum(true, 1).addi(visible.mmul(visibleBias.transpose())).negi();
  }

  /**
   * Measures how well the inputs are reconstructed from their hidden probabilities, without
   * sampling.
   *
   * @param visible states or probabilities of the visible units, [examples, visible]
   * @return the mean squared difference of the inputs and the probabilities of the visible units
   */
  public double reconstructionError(INDArray visible) {
    INDArray again = visibleProbabilities(hiddenProbabilities(visible));
    double distance = visible.castTo(DataType.FLOAT).distance2(again);
    return distance * distance / visible.length();
  }

  /** The number of hidden units. */
  int hidden() {
    return hidden;
  }

  /**
   * Returns a copy of the weights.
   *
   * @return the weights, [visible, hidden]
   */
  public INDArray weights() {
    return weights.dup();
  }

  /** The biases of the visible units; a copy. */
  INDArray visibleBias() {
    return visibleBias.dup();
  }

  /** The biases of the hidden units; a copy. */
  INDArray hiddenBias() {
    return hiddenBias.dup();
  }

  /**
   * Makes a network of one dense layer with a sigmoid, which computes the hidden probabilities.
   *
   * @return the network, with copies of the weights and the biases of the hidden units
   */
  public MultiLayerNetwork toNetwork() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(visible)
                        .nOut(hidden)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    network.getLayer(0).getParam("W").assign(weights);
    network.getLayer(0).getParam("b").assign(hiddenBias.reshape(hidden));
    return network;
  }
}
