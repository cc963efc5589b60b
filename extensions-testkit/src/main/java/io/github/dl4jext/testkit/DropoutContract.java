package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tests what every dropout must do.
 *
 * <ul>
 *   <li>Its noise has the stated mean, variance and share of dropped elements, and its draws are
 *       uncorrelated.
 *   <li>The backward pass uses the noise of its forward pass, whatever the layout, the order of
 *       calls, and whoever else uses the instance.
 *   <li>The amount of noise may be a schedule, and with an amount of 0 nothing changes. There is no
 *       noise outside training.
 *   <li>In both types of network, its gradient agrees with finite differences, and a training
 *       resumes bit by bit.
 *   <li>It satisfies {@link StoredPluginContract}.
 *   <li>If it can draw its noise from one seed per row, that noise has the same distribution and
 *       depends only on the row's seed.
 * </ul>
 *
 * <p>The bound of each statistic is such that a correct dropout exceeds it once in a million runs;
 * the seeds are fixed.
 *
 * <p>A test states the facts of one dropout:
 *
 * <pre>{@code
 * class SaltTest extends DropoutContract {
 *   @Override
 *   protected String spec() {
 *     return "salt(rate=0.3)";
 *   }
 *
 *   @Override
 *   protected List<String> otherSpecs() {
 *     return List.of("salt(rate=0.4)");
 *   }
 *
 *   @Override
 *   protected IDropout create(ISchedule amount) {
 *     return new Salt(amount);
 *   }
 *
 *   @Override
 *   protected double amount() {
 *     return 0.3;
 *   }
 *
 *   @Override
 *   protected double variance(double x) {
 *     return x * x * 0.3 / 0.7;
 *   }
 *
 *   @Override
 *   protected double dropped() {
 *     return 0.3;
 *   }
 * }
 * }</pre>
 */
public abstract class DropoutContract extends DropoutArrays {

  /** Says where the noise comes from. */
  enum Source {
    TRAINING,
    SEEDED_ROWS
  }

  private static final int UNITS = 100_000;
  private static final double P = 1e-6;
  private static final double STANDARD_ERRORS =
      new NormalDistribution().inverseCumulativeProbability(1 - P / 2);
  private static final double[] INPUTS = {-1.3, 0.6, 2};

  /**
   * Computes the variance of what an element becomes in training.
   *
   * @param x the element
   * @return the variance, by a formula
   */
  protected abstract double variance(double x);

  /**
   * Computes the mean of what an element becomes in training.
   *
   * @param x the element
   * @return the mean; {@code x} itself unless overridden
   */
  protected double mean(double x) {
    return x;
  }

  /**
   * Returns the share of elements that are dropped.
   *
   * @return a share in [0, 1]; 0 for noise that drops nothing
   */
  protected abstract double dropped();

  /**
   * Returns what a dropped element becomes.
   *
   * @return the value; 0 unless overridden
   */
  protected double droppedValue() {
    return 0;
  }

  /**
   * Selects one element for each number that is drawn, if several elements share their noise.
   *
   * @param activations an array of the shape {@link #shape()}, but with more examples
   * @return the selected elements; {@code activations} itself unless overridden
   */
  protected INDArray units(INDArray activations) {
    return activations;
  }

  /**
   * Disturbs activations in place as in training, but with noise that is drawn from one seed per
   * row. Override this if the technique supports it; the seeds alone must determine the noise.
   *
   * @param dropout an instance of the technique
   * @param activations one example per row
   * @param rowSeeds the seed of each row
   * @return whether the activations were disturbed; false unless overridden
   */
  protected boolean disturb(IDropout dropout, INDArray activations, long... rowSeeds) {
    return false;
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  final void hasTheMeanAndVarianceStated(Source source) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (double x : INPUTS) {
        double[] sample = sample(source, type, x);
        double n = sample.length;
        double mean = Arrays.stream(sample).sum() / n;
        double second = Arrays.stream(sample).map(y -> Math.pow(y - mean, 2)).sum() / n;
        double fourth = Arrays.stream(sample).map(y -> Math.pow(y - mean, 4)).sum() / n;
        double rounding = type == DataType.FLOAT ? 1e-6 * Math.abs(x) : 1e-14;
        assertThat(mean)
            .as("mean of %s, %s", x, type)
            .isCloseTo(mean(x), within(STANDARD_ERRORS * Math.sqrt(variance(x) / n) + rounding));
        double error = Math.sqrt((fourth - second * second) / n);
        assertThat(second)
            .as("variance of %s, %s", x, type)
            .isCloseTo(variance(x), within(STANDARD_ERRORS * error + rounding));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  final void dropsTheShareStated(Source source) {
    double[] sample = sample(source, DataType.DOUBLE, 1.7);
    double share =
        (double) Arrays.stream(sample).filter(y -> Math.abs(y - droppedValue()) < 1e-12).count()
            / sample.length;
    double error = Math.sqrt(dropped() * (1 - dropped()) / sample.length);
    assertThat(share).isCloseTo(dropped(), within(STANDARD_ERRORS * error));
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  final void drawsKnowNothingOfEachOther(Source source) {
    double[] sample = sample(source, DataType.DOUBLE, 1.7);
    int n = sample.length;
    int perRow = (int) (units(Nd4j.create(DataType.DOUBLE, shape())).length() / shape()[0]);
    double bound = STANDARD_ERRORS / Math.sqrt(n - perRow);
    for (int lag : new int[] {1, 2, perRow}) {
      assertThat(correlation(Arrays.copyOf(sample, n - lag), Arrays.copyOfRange(sample, lag, n)))
          .as("of draws %s apart", lag)
          .isCloseTo(0, within(bound));
    }
    // the random generator is not reset, so these draws are new
    double[] next = source == Source.TRAINING ? training(DataType.DOUBLE, 1.7) : rows(77, 1.7);
    assertThat(correlation(sample, next)).as("of two passes").isCloseTo(0, within(bound));
  }

  @Test
  final void seededNoiseIsThatOfTraining() {
    double[] training = Arrays.copyOf(sample(Source.TRAINING, DataType.DOUBLE, 1.7), 20_000);
    double[] seeded = Arrays.copyOf(sample(Source.SEEDED_ROWS, DataType.DOUBLE, 1.7), 20_000);
    // without rounding, equal values would not be ties
    for (int i = 0; i < training.length; i++) {
      training[i] = Math.rint(training[i] * 1e9) / 1e9;
      seeded[i] = Math.rint(seeded[i] * 1e9) / 1e9;
    }
    double distance = new KolmogorovSmirnovTest().kolmogorovSmirnovStatistic(training, seeded);
    // Smirnov's bound for two samples of n: P(D > d) <= 2 exp(-n d^2)
    assertThat(distance).isLessThan(Math.sqrt(Math.log(2 / P) / training.length));
  }

  @Test
  final void seededNoiseDependsOnTheRowAlone() {
    assumeTrue(disturb(create(), like(1), 1), "draws no noise from seeds");
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (Layout layout : Layout.values()) {
        INDArray three = like(3).castTo(type).assign(1.7);
        disturb(create(), three, 1, 2, 3);
        INDArray turned = layout.of(like(2).castTo(type).assign(1.7));
        disturb(create(), turned, 3, 1);
        assertThat(row(turned, 0)).isEqualTo(row(three, 2));
        assertThat(row(turned, 1)).isEqualTo(row(three, 0));
      }
    }
    INDArray untouched = like(2).assign(1.7);
    disturb(create(at(0)), untouched, 1, 2);
    assertSame(untouched, like(2).assign(1.7));
  }

  @Test
  final void disturbsNothingButInTraining() {
    MultiLayerNetwork net = DropoutNetworks.multiLayer(create(), shape());
    MultiLayerNetwork without = DropoutNetworks.multiLayer(create(at(0)), shape());
    without.setParams(net.params());
    INDArray x = DropoutNetworks.data(shape()).getFeatures();
    assertSame(net.output(x), without.output(x));
    assertThat(net.output(x, true)).as("in training").isNotEqualTo(without.output(x));
  }

  @Test
  final void aMultiLayerNetworkHasTheRightGradient() {
    DropoutNetworks.assertGradient(
        DropoutNetworks.multiLayer(create(), shape()), DropoutNetworks.data(shape()));
  }

  @Test
  final void aComputationGraphHasTheRightGradient() {
    DropoutNetworks.assertGradient(
        DropoutNetworks.graph(create(), shape()), DropoutNetworks.data(shape()));
  }

  @Test
  final void survivesSavingAndResumesInAMultiLayerNetwork() {
    MultiLayerNetwork net = DropoutNetworks.multiLayer(create(), shape());
    INDArray x = DropoutNetworks.data(shape()).getFeatures();
    net.output(x, true); // leaves nothing behind
    Networks.assertResumes(net, 0, DropoutNetworks.data(shape()));
  }

  @Test
  final void survivesSavingAndResumesInAComputationGraph() {
    ComputationGraph net = DropoutNetworks.graph(create(), shape());
    INDArray x = DropoutNetworks.data(shape()).getFeatures();
    net.output(true, x); // leaves nothing behind
    Networks.assertResumes(net, 0, DropoutNetworks.data(shape()));
  }

  private double[] sample(Source source, DataType type, double x) {
    Nd4j.getRandom().setSeed(42);
    if (source == Source.TRAINING) {
      return training(type, x);
    }
    assumeTrue(disturb(create(), like(1), 1), "draws no noise from seeds");
    return rows(42, x);
  }

  private double[] training(DataType type, double x) {
    return numbers(units(forward(create(), many(x).castTo(type))));
  }

  private double[] rows(long seed, double x) {
    INDArray activations = many(x);
    SplittableRandom random = new SplittableRandom(seed);
    disturb(create(), activations, random.longs(activations.size(0)).toArray());
    return numbers(units(activations));
  }

  /** Makes enough examples for {@link #UNITS} draws. */
  private INDArray many(double x) {
    long perRow = units(Nd4j.create(DataType.DOUBLE, shape())).length() / shape()[0];
    return like((UNITS + perRow - 1) / perRow).assign(x);
  }

  private INDArray like(long examples) {
    long[] shape = shape();
    shape[0] = examples;
    return Nd4j.create(DataType.DOUBLE, shape);
  }

  private static double[] row(INDArray array, int index) {
    int width = (int) (array.length() / array.size(0));
    return Arrays.copyOfRange(numbers(array), index * width, (index + 1) * width);
  }

  private static double correlation(double[] one, double[] other) {
    return new PearsonsCorrelation().correlation(one, other);
  }
}
