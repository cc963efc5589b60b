package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Tests what every initialiser must do.
 *
 * <ul>
 *   <li>Its weights have mean 0 and the stated variance, for each shape, type and order, and stay
 *       within the stated bound.
 *   <li>It writes into the given view and nowhere else, and draws from ND4J's random generator
 *       only.
 *   <li>It survives JSON, cloning, saving and restoring of a network.
 *   <li>It satisfies {@link StoredPluginContract}.
 * </ul>
 *
 * <p>The seeds are fixed. Means and variances may be off by five standard errors, so that a correct
 * initialiser fails a single check with fewer than one seed in a million. The standard error of the
 * mean follows from the stated variance, and that of the variance is estimated from the sample.
 */
public abstract class WeightInitContract extends StoredPluginContract<IWeightInit> {

  private static final long SEED = 20240229;
  private static final double STANDARD_ERRORS = 5;
  private static final int SAMPLES = 4_000;
  private static final double FLOAT_ROUNDING = 1e-6;
  private static final double OUTSIDE = 7.5;

  /**
   * Wide and tall dense layers, and convolutions of 2, 1 and 3 dimensions, with the shapes that
   * DL4J uses.
   */
  private static final List<Weights> LAYERS =
      List.of(
          new Weights(300, 200, 300, 200),
          new Weights(50, 800, 50, 800),
          new Weights(800, 50, 800, 50),
          new Weights(32 * 9, 64 * 9, 64, 32, 3, 3),
          new Weights(32 * 5, 64 * 5, 64, 32, 5, 1),
          new Weights(16 * 27, 24 * 27, 24, 16, 3, 3, 3));

  private static final Weights TINY = new Weights(1, 1, 1, 1);

  private record Weights(double fanIn, double fanOut, long... shape) {
    private long length() {
      return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    private INDArray draw(IWeightInit init, char order, INDArray view) {
      return init.init(fanIn, fanOut, shape, order, view);
    }

    @Override
    public String toString() {
      return Arrays.toString(shape);
    }
  }

  /**
   * Computes the variance that the weights of {@link #spec()} should have.
   *
   * @param fanIn the number of inputs that an output sums over
   * @param fanOut the number of outputs that an input feeds
   * @param shape {@code [in, out]} for a dense layer, {@code [out, in, kernel...]} for a
   *     convolution
   * @return the variance
   */
  protected abstract double variance(double fanIn, double fanOut, long... shape);

  /**
   * Computes the bound that no weight exceeds, and that the largest of many weights comes within 2
   * % of.
   *
   * @param fanIn the number of inputs that an output sums over
   * @param fanOut the number of outputs that an input feeds
   * @param shape as for {@link #variance}
   * @return the bound; infinite unless overridden
   */
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return Double.POSITIVE_INFINITY;
  }

  @Override
  protected final Class<IWeightInit> kind() {
    return IWeightInit.class;
  }

  @Test
  final void hasMeanZeroAndTheVariancePromised() {
    for (Weights layer : LAYERS) {
      forEachTypeAndOrder((type, order) -> checkMoments(layer, sample(layer, type, order)));
    }
    checkMoments(TINY, sample(TINY, DataType.DOUBLE, 'c'));
  }

  @Test
  final void keepsItsBoundAndUsesTheRoomUpToIt() {
    for (Weights layer : LAYERS) {
      double bound = maxAbs(layer.fanIn, layer.fanOut, layer.shape);
      double[] sample = sample(layer, DataType.FLOAT, 'f');
      double largest = Arrays.stream(sample).map(Math::abs).max().orElseThrow();
      assertThat(largest).as("%s", layer).isFinite().isLessThanOrEqualTo(bound + FLOAT_ROUNDING);
      if (bound < Double.POSITIVE_INFINITY) {
        assertThat(largest).as("%s", layer).isGreaterThan(0.98 * bound);
      }
    }
  }

  @Test
  final void writesTheViewGivenAndNothingElse() {
    int margin = 5;
    for (Weights layer : LAYERS) {
      forEachTypeAndOrder(
          (type, order) -> {
            INDArray all = Nd4j.valueArrayOf(new long[] {layer.length() + 2 * margin}, OUTSIDE);
            all = all.castTo(type);
            INDArray view = all.get(NDArrayIndex.interval(margin, margin + layer.length()));
            INDArray weights = layer.draw(create(), order, view);
            String what = layer + " " + type + " " + order;
            assertThat(weights.shape()).as(what).isEqualTo(layer.shape);
            assertThat(weights.ordering()).as(what).isEqualTo(order);
            assertThat(weights.dataType()).as(what).isEqualTo(type);
            double[] written = all.toDoubleVector();
            double[] inside = Arrays.copyOfRange(written, margin, written.length - margin);
            assertThat(inside).as(what).doesNotContain(OUTSIDE);
            assertThat(Nd4j.toFlattened(order, weights).toDoubleVector())
                .as("%s: the array returned is the view, in the order asked for", what)
                .isEqualTo(inside);
            for (int i = 0; i < margin; i++) {
              assertThat(written[i]).as(what).isEqualTo(OUTSIDE);
              assertThat(written[written.length - 1 - i]).as(what).isEqualTo(OUTSIDE);
            }
            weights.assign(1);
            assertThat(view.sumNumber().doubleValue())
                .as("%s: the array returned shares the view's memory", what)
                .isEqualTo(layer.length());
          });
    }
  }

  @Test
  final void drawsFromTheGlobalGeneratorAlone() {
    for (Weights layer : LAYERS) {
      forEachTypeAndOrder(
          (type, order) -> {
            INDArray first = seeded(layer, SEED, type, order);
            assertThat(seeded(layer, SEED, type, order)).as("%s", layer).isEqualTo(first);
            assertThat(seeded(layer, SEED + 1, type, order)).as("%s", layer).isNotEqualTo(first);
          });
    }
  }

  @Test
  final void aNetworkOfTheSameSeedHasTheSameWeights() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      INDArray params = network(configuration(SEED, type)).params();
      assertThat(params.dataType()).isEqualTo(type);
      assertThat(network(configuration(SEED, type)).params().toDoubleVector())
          .isEqualTo(params.ravel().toDoubleVector());
      assertThat(network(configuration(SEED + 1, type)).params().toDoubleVector())
          .isNotEqualTo(params.ravel().toDoubleVector());
    }
  }

  @Test
  final void survivesTheJsonOfANetwork() {
    MultiLayerConfiguration conf = configuration(SEED, DataType.DOUBLE);
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(conf.toJson());
    assertThat(read).isEqualTo(conf);
    assertThat(initialiserOf(read)).isEqualTo(create());
    assertThat(network(read).params().toDoubleVector())
        .isEqualTo(network(conf).params().toDoubleVector());
  }

  @Test
  final void survivesTheCloneOfANetwork() {
    MultiLayerNetwork net = network(configuration(SEED, DataType.DOUBLE));
    MultiLayerNetwork clone = net.clone();
    assertThat(initialiserOf(clone.getLayerWiseConfigurations())).isEqualTo(create());
    assertThat(clone.params().toDoubleVector()).isEqualTo(net.params().toDoubleVector());
    assertThat(network(clone.getLayerWiseConfigurations()).params().toDoubleVector())
        .isEqualTo(net.params().toDoubleVector());
  }

  @Test
  final void survivesSaveAndRestore() throws IOException {
    MultiLayerNetwork net = network(configuration(SEED, DataType.DOUBLE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(initialiserOf(restored.getLayerWiseConfigurations())).isEqualTo(create());
    assertThat(restored.params().toDoubleVector()).isEqualTo(net.params().toDoubleVector());
  }

  private void checkMoments(Weights layer, double[] sample) {
    double expected = variance(layer.fanIn, layer.fanOut, layer.shape);
    double n = sample.length;
    double mean = Arrays.stream(sample).sum() / n;
    double second = Arrays.stream(sample).map(x -> x * x).sum() / n;
    double fourth = Arrays.stream(sample).map(x -> x * x * x * x).sum() / n;
    assertThat(Math.abs(mean))
        .as("mean of %s weights %s", (long) n, layer)
        .isLessThanOrEqualTo(STANDARD_ERRORS * Math.sqrt(expected / n));
    double error = Math.sqrt(Math.max(0, fourth - second * second) / n);
    assertThat(Math.abs(second - expected))
        .as("variance of %s weights %s: %s, promised %s", (long) n, layer, second, expected)
        .isLessThanOrEqualTo(STANDARD_ERRORS * error + FLOAT_ROUNDING * expected);
  }

  /** Draws at least {@link #SAMPLES} weights, in as many arrays as needed. */
  private double[] sample(Weights layer, DataType type, char order) {
    Nd4j.getRandom().setSeed(SEED);
    int length = (int) layer.length();
    int arrays = (SAMPLES + length - 1) / length;
    double[] sample = new double[arrays * length];
    INDArray view = Nd4j.create(type, length);
    for (int i = 0; i < arrays; i++) {
      layer.draw(create(), order, view);
      System.arraycopy(view.toDoubleVector(), 0, sample, i * length, length);
    }
    return sample;
  }

  private INDArray seeded(Weights layer, long seed, DataType type, char order) {
    Nd4j.getRandom().setSeed(seed);
    return layer.draw(create(), order, Nd4j.create(type, layer.length()));
  }

  private static void forEachTypeAndOrder(BiConsumer<DataType, Character> check) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      check.accept(type, 'c');
      check.accept(type, 'f');
    }
  }

  private MultiLayerConfiguration configuration(long seed, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .dataType(type)
        .weightInit(create())
        .list(
            new DenseLayer.Builder().nIn(20).nOut(10).activation(Activation.TANH).build(),
            new OutputLayer.Builder().nIn(10).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf.clone());
    net.init();
    return net;
  }

  private static IWeightInit initialiserOf(MultiLayerConfiguration conf) {
    return ((BaseLayer) conf.getConf(0).getLayer()).getWeightInitFn();
  }
}
