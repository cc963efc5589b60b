package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Tests what every optimizer must do.
 *
 * <ul>
 *   <li>It follows golden paths and two steps computed by hand.
 *   <li>It descends a bowl, an ill-conditioned quadratic and Rosenbrock's valley.
 *   <li>Parameters stay finite for tiny and huge gradients, a NaN is not hidden, and a rate of 0
 *       changes nothing.
 *   <li>Its state has the stated size, and updating parameters in several blocks gives the same as
 *       in one.
 *   <li>In both types of network, a training that is saved, restored and resumed continues as if it
 *       had not been interrupted. It trains in SameDiff, too.
 *   <li>It is stored and read as {@link StoredOptimizerContract} demands, and lets a user's weight
 *       decay act as {@link RegularizedOptimizerContract} demands.
 * </ul>
 *
 * <p>A test states the facts of one optimizer:
 *
 * <pre>{@code
 * class SignTest extends OptimizerContract {
 *   @Override
 *   protected String spec() {
 *     return "sign(learningRate=0.02)";
 *   }
 *
 *   @Override
 *   protected List<String> otherSpecs() {
 *     return List.of("sign(learningRate=0.03)");
 *   }
 *
 *   @Override
 *   protected TwoSteps twoSteps() {
 *     return new TwoSteps("sign(learningRate=0.1)", 0.9, 0.8);
 *   }
 *
 *   @Override
 *   protected int stateArrays() {
 *     return 0;
 *   }
 * }
 * }</pre>
 */
public abstract class OptimizerContract extends RegularizedOptimizerContract {

  /**
   * The rates to try: steps of some optimizers are proportional to the gradient, and those of
   * others to the weights.
   */
  private static final double[] RATES = {1e-4, 1e-3, 1e-2, 0.1, 1, 10};

  /**
   * A weight that begins at 1, after a gradient of 0.1, and after another of 0.2.
   *
   * @param spec the spec of the optimizer
   * @param first the weight after the first step
   * @param second the weight after the second step
   */
  public record TwoSteps(String spec, double first, double second) {}

  /**
   * Returns two steps, computed by hand or by another program, to 9 decimal places.
   *
   * @return the steps
   */
  protected abstract TwoSteps twoSteps();

  /**
   * Returns the number of arrays that the updater's state consists of, each as long as the
   * parameters.
   *
   * @return the number
   */
  protected abstract int stateArrays();

  /**
   * Returns paths that another program has computed.
   *
   * @return the paths; none unless overridden
   */
  protected List<OptimizerGolden> golden() {
    return List.of();
  }

  /**
   * Returns pairs of specs that must follow the same path, such as momentum 0 and plain descent.
   *
   * @return the pairs, each a list of two specs; none unless overridden
   */
  protected List<List<String>> reductions() {
    return List.of();
  }

  private static Optimizer create(String spec) {
    return Plugins.installed().create(Optimizer.class, spec);
  }

  @Test
  final void followsGoldenPaths() {
    for (OptimizerGolden run : golden()) {
      Descent descent = Descent.of(create(run.spec()), DataType.DOUBLE, run.start());
      assertThat(run.path()).as("steps of %s", run.spec()).isNotEmpty();
      int last = run.path().keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
      for (int t = 1; t <= last; t++) {
        descent.step(run.gradient(descent.at()));
        if (run.path().containsKey(t)) {
          assertClose(run.spec() + ", step " + t, run.path().get(t), descent.at(), 1e-10);
        }
      }
    }
  }

  private static void assertClose(String what, double[] expected, double[] actual, double bound) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("%s, parameter %d", what, i)
          .isCloseTo(expected[i], within(bound * Math.abs(expected[i]) + 1e-15));
    }
  }

  @Test
  final void makesTwoStepsByHand() {
    TwoSteps steps = twoSteps();
    Descent descent = Descent.of(create(steps.spec()), DataType.DOUBLE, 1);
    descent.step(0.1);
    assertThat(descent.at()[0]).as("first").isCloseTo(steps.first(), within(6e-10));
    descent.step(0.2);
    assertThat(descent.at()[0]).as("second").isCloseTo(steps.second(), within(6e-10));
  }

  @Test
  final void walksDownABowl() {
    assertThat(share(p -> p.mul(2), p -> p.mul(p).sumNumber().doubleValue(), 3, -2, 0.5))
        .isLessThan(0.01);
  }

  @Test
  final void walksDownAnIllConditionedQuadratic() {
    INDArray scale = Nd4j.createFromArray(1.0, 100.0, 10000.0);
    assertThat(
            share(
                p -> p.mul(scale),
                p -> p.mul(p).muli(scale).sumNumber().doubleValue() / 2,
                1,
                1,
                1))
        .isLessThan(0.1);
  }

  @Test
  final void walksDownRosenbrocksValley() {
    assertThat(
            share(OptimizerContract::rosenbrocksGradient, OptimizerContract::rosenbrock, -1.2, 1))
        .isLessThan(0.3);
  }

  private static double rosenbrock(INDArray p) {
    double x = p.getDouble(0);
    double y = p.getDouble(1);
    return Math.pow(1 - x, 2) + 100 * Math.pow(y - x * x, 2);
  }

  private static INDArray rosenbrocksGradient(INDArray p) {
    double x = p.getDouble(0);
    double y = p.getDouble(1);
    return Nd4j.createFromArray(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x));
  }

  /**
   * Computes the share of the loss that is left after 400 steps with the best of {@link #RATES}.
   */
  private double share(
      UnaryOperator<INDArray> gradient,
      java.util.function.ToDoubleFunction<INDArray> loss,
      double... start) {
    INDArray from = Nd4j.createFromArray(start);
    double best = Double.POSITIVE_INFINITY;
    for (double rate : RATES) {
      IUpdater updater = create().updater();
      updater.setLrAndSchedule(rate, null);
      Descent descent = new Descent(updater, create().regularizations(), from);
      for (int i = 0; i < 400; i++) {
        descent.step(gradient.apply(descent.parameters()));
      }
      double end = loss.applyAsDouble(descent.parameters());
      best = Math.min(best, Double.isNaN(end) ? Double.POSITIVE_INFINITY : end);
    }
    return best / loss.applyAsDouble(from);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void zeroGradientsAtMostShrinkWeights(DataType type) {
    double[] start = {1.5, -2, 0};
    Descent descent = Descent.of(create(), type, start);
    for (int i = 0; i < 10; i++) {
      descent.step(0, 0, 0);
    }
    double[] end = descent.at();
    if (create().regularizations().isEmpty()) {
      assertThat(end).containsExactly(start);
    }
    for (int i = 0; i < start.length; i++) {
      assertThat(end[i] * Math.signum(start[i])).isBetween(0.0, Math.abs(start[i]));
    }
  }

  @Test
  final void staysFiniteForTinyAndHugeGradients() {
    for (double size : new double[] {1e-300, 1e-30, 1e-8, 1, 1e8, 1e20}) {
      assertFinite(DataType.DOUBLE, size);
    }
    for (double size : new double[] {1e-30, 1e-8, 1, 1e8, 1e18}) {
      assertFinite(DataType.FLOAT, size);
    }
  }

  private void assertFinite(DataType type, double size) {
    Descent descent = Descent.of(create(), type, 1, -1, 2);
    for (int i = 0; i < 12; i++) {
      descent.step(size, -size * (i + 1), i % 2 == 0 ? size : -size);
      assertThat(descent.at()).as("%s, gradients of %s", type, size).doesNotContain(Double.NaN);
      assertThat(Arrays.stream(descent.at()).allMatch(Double::isFinite))
          .as("%s, gradients of %s: %s", type, size, Arrays.toString(descent.at()))
          .isTrue();
    }
  }

  @Test
  final void floatGoesWhereDoubleGoes() {
    for (double size : new double[] {1e-8, 1e-3, 1, 1e3}) {
      Descent wide = Descent.of(create(), DataType.DOUBLE, 1, -0.5);
      Descent narrow = Descent.of(create(), DataType.FLOAT, 1, -0.5);
      for (int i = 0; i < 20; i++) {
        double[] gradient = {size * (1 + i % 3), -size};
        wide.step(gradient);
        narrow.step(gradient);
        double[] expected = wide.at();
        double[] actual = narrow.at();
        for (int j = 0; j < 2; j++) {
          double moved = Math.abs(expected[j] - (j == 0 ? 1 : -0.5));
          assertThat(actual[j])
              .as("gradients of %s, step %d", size, i + 1)
              .isCloseTo(expected[j], within(2e-5 * moved + 3e-6 * Math.abs(expected[j])));
        }
      }
    }
  }

  @Test
  final void notANumberIsNotHidden() {
    Descent descent = Descent.of(create(), DataType.FLOAT, 1, 2);
    for (int i = 0; i < 12; i++) {
      descent.step(0.5, 0.5);
      descent.step(Double.NaN, Double.NaN);
    }
    assertThat(descent.at()).containsOnly(Double.NaN);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void aRateOfZeroMovesNothing(DataType type) {
    IUpdater updater = create().updater();
    updater.setLrAndSchedule(0, null);
    INDArray start = Nd4j.createFromArray(0.3, -7.1, 1e-3).castTo(type);
    Descent descent = new Descent(updater, create().regularizations(), start);
    for (int i = 0; i < 12; i++) {
      descent.step(0.7, -3, 1e4);
    }
    assertThat(descent.at()).isEqualTo(start.castTo(DataType.DOUBLE).toDoubleVector());
  }

  @Test
  final void takesTheRateOfEachStepFromItsSchedule() {
    Optimizer optimizer = create();
    IUpdater updater = optimizer.updater();
    double rate = optimizer.updater().getLearningRate(0, 0);
    MapSchedule schedule =
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, rate).add(60, 0).build();
    updater.setLrAndSchedule(Double.NaN, schedule);
    assertThat(updater.getLearningRate(0, 0)).isEqualTo(rate);
    INDArray start = Nd4j.createFromArray(1.0, -2.0);
    Descent constant = Descent.of(optimizer, start);
    Descent scheduled = new Descent(updater, optimizer.regularizations(), start);
    for (int i = 0; i < 12; i++) {
      constant.step(1, -1);
      scheduled.step(1, -1);
    }
    assertThat(scheduled.at()).isEqualTo(constant.at()).isNotEqualTo(start.toDoubleVector());
  }

  @Test
  final void hasStateOfTheSizeStated() {
    assertThat(create().updater().stateSize(7)).isEqualTo(7L * stateArrays());
    assertThat(create().updater().stateSize(1)).isEqualTo(stateArrays());
    Descent descent = Descent.of(create(), DataType.DOUBLE, 1, 2);
    if (stateArrays() > 0) {
      assertThat(Objects.requireNonNull(descent.state(), "the rule has state").toString())
          .as("new state is set")
          .doesNotContain("NaN");
    }
  }

  /** The array is long enough that it is not updated in one piece. */
  @Test
  final void severalBlocksEqualOne() {
    int[] cuts = {0, 5, 40_000, 70_001};
    Random random = new Random(5);
    int length = cuts[cuts.length - 1];
    INDArray start = randoms(random, length);
    Descent whole = new Descent(create().updater(), List.of(), start);
    List<Descent> parts =
        java.util.stream.IntStream.range(1, cuts.length)
            .mapToObj(i -> new Descent(create().updater(), List.of(), part(start, cuts, i)))
            .toList();
    for (int step = 0; step < 6; step++) {
      INDArray gradient = randoms(random, length);
      for (int i = 1; i < cuts.length; i++) {
        parts.get(i - 1).step(part(gradient, cuts, i).dup());
      }
      whole.step(gradient);
    }
    for (int i = 1; i < cuts.length; i++) {
      assertThat(parts.get(i - 1).at())
          .isEqualTo(part(whole.parameters(), cuts, i).toDoubleVector());
    }
  }

  private static INDArray part(INDArray vector, int[] cuts, int i) {
    return vector.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(cuts[i - 1], cuts[i]));
  }

  private static INDArray randoms(Random random, int length) {
    return Nd4j.createFromArray(
        DoubleStream.generate(random::nextGaussian).limit(length).toArray());
  }

  @Test
  final void reducesToSimplerOnes() {
    for (List<String> pair : reductions()) {
      Random random = new Random(9);
      Descent one = Descent.of(create(pair.get(0)), DataType.DOUBLE, 1, -2, 0.5);
      Descent other = Descent.of(create(pair.get(1)), DataType.DOUBLE, 1, -2, 0.5);
      for (int t = 1; t <= 50; t++) {
        double[] gradient = {random.nextGaussian(), random.nextGaussian() * 1e-4, 0};
        one.step(gradient);
        other.step(gradient);
        assertClose(pair + ", step " + t, other.at(), one.at(), 1e-13);
      }
    }
  }

  @Test
  final void resumesInAMultiLayerNetwork() {
    MultiLayerNetwork net = Networks.multiLayer(UnaryOperator.identity());
    create().configure(net);
    Networks.assertResumes(net);
  }

  @Test
  final void resumesInAComputationGraph() {
    ComputationGraph net = Networks.graph(UnaryOperator.identity());
    create().configure(net);
    Networks.assertResumes(net);
  }

  @Test
  final void aConfigurationLearnsAsALiveNetworkDoes() {
    MultiLayerNetwork live = Networks.multiLayer(UnaryOperator.identity());
    MultiLayerConfiguration conf = live.getLayerWiseConfigurations().clone();
    assertThat(create().configure(conf)).isSameAs(conf);
    MultiLayerNetwork configured = new MultiLayerNetwork(conf);
    configured.init(live.params().dup(), false);
    create().configure(live);
    double[] before = Networks.numbers(live);
    Networks.train(live);
    Networks.train(configured);
    assertThat(Networks.numbers(live)).isNotEqualTo(before).isEqualTo(Networks.numbers(configured));
  }

  @Test
  final void trainsInSameDiff() {
    SameDiffRegression.assertFollows(create());
  }
}
