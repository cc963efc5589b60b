package io.github.dl4jext.uncertainty;

import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.examples;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.fixtures.DroppingNetworks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MonteCarloDropoutTest {

  /** Keeps all: less than one in a million million is dropped, but it is no dropout of nothing. */
  private static final double AS_GOOD_AS_ALL = Math.nextDown(1.0);

  private static final double KEEP_INPUT = 0.8;
  private static final double KEEP = 0.6;

  private final MultiLayerNetwork net = DroppingNetworks.withBatchNorm(KEEP_INPUT, KEEP);
  private final INDArray x = examples(50);

  private static void assertClose(MonteCarloPrediction one, MonteCarloPrediction other) {
    assertThat(numbers(one.mean())).containsExactly(numbers(other.mean()), within(1e-6));
    assertThat(numbers(one.standardDeviation()))
        .containsExactly(numbers(other.standardDeviation()), within(1e-6));
    assertThat(numbers(one.mutualInformation()))
        .containsExactly(numbers(other.mutualInformation()), within(1e-6));
  }

  /**
   * A slow twin: one sample and one example at a time, masks of java.util.Random, plain loops over
   * the parameters by name.
   */
  private double[] slowSample(double[] input, Random random) {
    double[] a = affine(dropped(input, KEEP_INPUT, random), "0");
    for (int i = 0; i < a.length; i++) {
      double standardized =
          (Math.tanh(a[i]) - parameter("1_mean")[i])
              / Math.sqrt(Math.pow(10, 2 * parameter("1_log10stdev")[i]) + 1e-5);
      a[i] = standardized * parameter("1_gamma")[i] + parameter("1_beta")[i];
    }
    double[] b = affine(dropped(a, KEEP, random), "2");
    for (int i = 0; i < b.length; i++) {
      b[i] = Math.max(0, b[i]);
    }
    double[] z = affine(dropped(b, KEEP, random), "4");
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      z[i] = Math.exp(z[i]);
      sum += z[i];
    }
    for (int i = 0; i < z.length; i++) {
      z[i] /= sum;
    }
    return z;
  }

  private final Map<String, double[]> parameters = new HashMap<>();

  private double[] parameter(String name) {
    return parameters.computeIfAbsent(name, n -> numbers(net.getParam(n)));
  }

  private double[] affine(double[] in, String layer) {
    double[] weights = parameter(layer + "_W");
    double[] out = parameter(layer + "_b").clone();
    for (int j = 0; j < out.length; j++) {
      for (int i = 0; i < in.length; i++) {
        out[j] += in[i] * weights[i * out.length + j];
      }
    }
    return out;
  }

  private static double[] dropped(double[] in, double keep, Random random) {
    double[] out = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = random.nextDouble() < keep ? in[i] / keep : 0;
    }
    return out;
  }

  @Test
  void meansAgreeWithASlowImplementationThoughThereIsBatchNorm() {
    int samples = 4000;
    INDArray few = x.get(NDArrayIndex.interval(0, 6), NDArrayIndex.all());
    MonteCarloPrediction ours =
        MonteCarloDropout.builder(net).samples(samples).seed(3).build().predict(few);
    Random random = new Random(5);
    for (int row = 0; row < 6; row++) {
      double[] sum = new double[3];
      double[] squares = new double[3];
      double entropy = 0;
      double entropySquares = 0;
      for (int s = 0; s < samples; s++) {
        double[] p = slowSample(few.getRow(row).toDoubleVector(), random);
        double h = 0;
        for (int c = 0; c < 3; c++) {
          sum[c] += p[c];
          squares[c] += p[c] * p[c];
          h -= p[c] * Math.log(p[c]);
        }
        entropy += h;
        entropySquares += h * h;
      }
      for (int c = 0; c < 3; c++) {
        double mean = sum[c] / samples;
        double deviation = Math.sqrt(squares[c] / samples - mean * mean);
        // five standard errors of the difference of two means
        double bound = 5 * deviation * Math.sqrt(2.0 / samples);
        assertThat(ours.mean().getDouble(row, c)).isCloseTo(mean, within(bound));
        // the deviation of a number within [0, 1]: of its square at most 1/2, generously
        assertThat(ours.standardDeviation().getDouble(row, c)).isCloseTo(deviation, within(0.02));
      }
      double mean = entropy / samples;
      double bound =
          5 * Math.sqrt(entropySquares / samples - mean * mean) * Math.sqrt(2.0 / samples);
      assertThat(ours.expectedEntropy().getDouble(row)).isCloseTo(mean, within(bound));
    }
  }

  @Test
  void batchSizeChangesNothing() {
    INDArray few = examples(12);
    MonteCarloPrediction expected =
        MonteCarloDropout.builder(net).samples(25).seed(42).build().predict(few);
    assertThat(expected.standardDeviation().minNumber().doubleValue()).isGreaterThan(0);
    for (int rows : new int[] {1, 32, 1000}) {
      MonteCarloDropout predictor =
          MonteCarloDropout.builder(net).samples(25).seed(42).batchSize(rows).build();
      assertClose(predictor.predict(few), expected);
      assertClose(predictor.predict(few), expected);
    }
  }

  @Test
  void anotherSeedGivesOtherSamples() {
    MonteCarloDropout.Builder builder = MonteCarloDropout.builder(net).samples(10);
    double[] one = numbers(builder.seed(1).build().predict(x).mean());
    assertThat(numbers(builder.seed(2).build().predict(x).mean())).isNotEqualTo(one);
  }

  @Test
  void aDataSetMayBePredictedInPieces() {
    MonteCarloDropout predictor = MonteCarloDropout.builder(net).samples(20).seed(9).build();
    MonteCarloPrediction whole = predictor.predict(x);
    MonteCarloPrediction piece =
        predictor.predict(x.get(NDArrayIndex.interval(17, 50), NDArrayIndex.all()), 17);
    INDArray end = whole.mean().get(NDArrayIndex.interval(17, 50), NDArrayIndex.all());
    assertThat(numbers(piece.mean())).containsExactly(numbers(end), within(1e-6));
    List<DataSet> batches = new ArrayList<>();
    for (DataSet one : new DataSet(x, Nd4j.zeros(50, 3)).asList()) {
      batches.add(one);
    }
    MonteCarloPrediction joined = predictor.predict(new ListDataSetIterator<>(batches, 16));
    assertClose(joined, whole);
    assertThat(joined.examples()).isEqualTo(50);
  }

  @Test
  void threadsMayShareAPredictorWhileTheNetworkIsUsed() throws Exception {
    MonteCarloDropout predictor = MonteCarloDropout.builder(net).samples(40).seed(42).build();
    MonteCarloPrediction expected = predictor.predict(x);
    double[] plain = numbers(net.output(x));
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        tasks.add(
            () -> {
              for (int repeat = 0; repeat < 5; repeat++) {
                assertClose(predictor.predict(x), expected);
              }
              return null;
            });
      }
      tasks.add(
          () -> {
            for (int repeat = 0; repeat < 100; repeat++) {
              assertThat(numbers(net.output(x))).isEqualTo(plain);
            }
            return null;
          });
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void nothingButTheResultIsChanged() {
    INDArray input = x.dup();
    double[] before = numbers(net.params());
    double[] state = numbers(net.getUpdater().getStateViewArray());
    Nd4j.getRandom().setSeed(123);
    long next = Nd4j.getRandom().nextLong();
    Nd4j.getRandom().setSeed(123);
    MonteCarloDropout.builder(net).samples(10).build().predict(x);
    assertThat(Nd4j.getRandom().nextLong()).isEqualTo(next);
    assertThat(numbers(net.params())).isEqualTo(before);
    assertThat(numbers(net.getUpdater().getStateViewArray())).isEqualTo(state);
    assertThat(numbers(x)).isEqualTo(numbers(input));
    assertThat(net.getLayer(0).conf().getLayer().getIDropout())
        .isExactlyInstanceOf(org.deeplearning4j.nn.conf.dropout.Dropout.class);
    assertThat(net.getLayer(0).input()).isNull();
  }

  @Test
  void trainingGoesOnAsIfNothingHadBeenPredicted() {
    MultiLayerNetwork other = net.clone();
    MonteCarloDropout predictor = MonteCarloDropout.builder(net).samples(5).build();
    INDArray labels = Nd4j.zeros(50, 3);
    labels.getColumn(1).assign(1);
    for (int i = 0; i < 3; i++) {
      Nd4j.getRandom().setSeed(i + 1);
      net.fit(x, labels);
      predictor.predict(x);
      Nd4j.getRandom().setSeed(i + 1);
      other.fit(x, labels);
    }
    assertThat(numbers(net.params())).isEqualTo(numbers(other.params()));
    assertThat(numbers(predictor.predict(x).mean()))
        .as("a predictor follows the weights")
        .isEqualTo(numbers(MonteCarloDropout.builder(net).samples(5).build().predict(x).mean()));
  }

  @Test
  void aNewArrayOfParametersIsNoticed() {
    MonteCarloDropout predictor = MonteCarloDropout.builder(net).samples(5).build();
    predictor.predict(x);
    net.setParameters(net.params().dup().muli(0.5));
    assertThat(numbers(predictor.predict(x).mean()))
        .isEqualTo(numbers(MonteCarloDropout.builder(net).samples(5).build().predict(x).mean()));
  }

  @Test
  void withoutDropoutItIsWhatOutputGives() {
    for (int rows : new int[] {1, 1000}) {
      INDArray input = examples(rows);
      MultiLayerNetwork certain = DroppingNetworks.withBatchNorm(AS_GOOD_AS_ALL, AS_GOOD_AS_ALL);
      MonteCarloPrediction prediction =
          MonteCarloDropout.builder(certain).samples(3).build().predict(input);
      double[] plain = numbers(certain.output(input));
      double[] mean = numbers(prediction.mean());
      assertThat(mean).hasSameSizeAs(plain);
      for (int i = 0; i < mean.length; i++) {
        assertThat(mean[i]).isCloseTo(plain[i], within(1e-6));
      }
      assertThat(prediction.standardDeviation().maxNumber().doubleValue()).isZero();
    }
  }

  @Test
  void aGraphGivesTheSameAsLayersInARow() {
    ComputationGraph graph = DroppingNetworks.graphWithBatchNorm(AS_GOOD_AS_ALL, AS_GOOD_AS_ALL);
    MonteCarloPrediction certain = MonteCarloDropout.builder(graph).samples(3).build().predict(x);
    assertThat(numbers(certain.mean()))
        .containsExactly(numbers(graph.outputSingle(x)), within(1e-6));
    ComputationGraph dropping = DroppingNetworks.graphWithBatchNorm(KEEP_INPUT, KEEP);
    int samples = 3000;
    MonteCarloPrediction one =
        MonteCarloDropout.builder(dropping).samples(samples).build().predict(x);
    MonteCarloPrediction other =
        MonteCarloDropout.builder(net).samples(samples).seed(8).build().predict(x);
    for (int i = 0; i < 150; i++) {
      double error =
          Math.hypot(one.standardError().getDouble(i), other.standardError().getDouble(i));
      assertThat(one.mean().getDouble(i)).isCloseTo(other.mean().getDouble(i), within(5 * error));
    }
  }

  @Test
  void dl4jsOutputInTrainingModeUsesTheStatisticsOfTheBatch() {
    MultiLayerNetwork certain = DroppingNetworks.withBatchNorm(AS_GOOD_AS_ALL, AS_GOOD_AS_ALL);
    INDArray one = x.get(NDArrayIndex.interval(0, 1), NDArrayIndex.all());
    INDArray other = x.get(NDArrayIndex.interval(1, 2), NDArrayIndex.all());
    assertThat(numbers(certain.output(one))).isNotEqualTo(numbers(certain.output(other)));
    assertThat(numbers(certain.output(one, true)))
        .as("normalised by itself, every example is the same")
        .isEqualTo(numbers(certain.output(other, true)));
    MonteCarloDropout predictor = MonteCarloDropout.builder(certain).samples(2).build();
    assertThat(numbers(predictor.predict(other).mean()))
        .containsExactly(numbers(certain.output(other)), within(1e-6));
  }

  @Test
  void dl4jsNumberIsWhatIsKept() {
    MultiLayerNetwork mostlyKept = DroppingNetworks.withBatchNorm(0.99, 0.99);
    MultiLayerNetwork halfDropped = DroppingNetworks.withBatchNorm(0.5, 0.5);
    assertThat(spread(mostlyKept)).isLessThan(0.25 * spread(halfDropped));
  }

  private double spread(MultiLayerNetwork network) {
    network.setParams(net.params());
    MonteCarloPrediction prediction =
        MonteCarloDropout.builder(network).samples(200).build().predict(x);
    return prediction.standardDeviation().meanNumber().doubleValue();
  }

  @Test
  void samplesEndWhenTheErrorIsSmallWhateverTheBatchSize() {
    MonteCarloDropout.Builder builder =
        MonteCarloDropout.builder(net)
            .samples(5000)
            .untilStandardErrorBelow(0.03)
            .minimumSamples(20);
    MonteCarloPrediction prediction = builder.batchSize(4000).build().predict(x);
    MonteCarloPrediction small = builder.batchSize(64).build().predict(x);
    boolean some = false;
    for (int i = 0; i < 50; i++) {
      assertThat(prediction.sampleCount(i)).isBetween(20, 4999);
      assertThat(small.sampleCount(i)).isEqualTo(prediction.sampleCount(i));
      some |= prediction.sampleCount(i) > 20;
    }
    assertThat(some).isTrue();
    assertThat(prediction.standardError().maxNumber().doubleValue()).isLessThan(0.03);
    assertClose(small, prediction);
    MonteCarloPrediction never =
        builder.samples(25).untilStandardErrorBelow(1e-9).build().predict(x);
    assertThat(never.sampleCount(0)).isEqualTo(25);
  }

  @Test
  void intervalsAndSamplesAgree() {
    MonteCarloPrediction prediction =
        MonteCarloDropout.builder(net)
            .samples(40)
            .credibleInterval(0.9)
            .keepSamples()
            .build()
            .predict(x);
    INDArray samples = prediction.samples();
    assertThat(samples.shape()).containsExactly(40, 50, 3);
    assertThat(numbers(samples.mean(0))).containsExactly(numbers(prediction.mean()), within(1e-12));
    INDArray below = samples.lt(prediction.lower().reshape(1, 50, 3).broadcast(40, 50, 3));
    // 5 % of 40 are 2
    assertThat(below.castTo(samples.dataType()).sum(0).maxNumber().intValue()).isEqualTo(2);
  }
}
