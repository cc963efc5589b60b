package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * The part of {@link DropoutContract} that is about arrays, the order of calls, and who else uses
 * the instance.
 */
abstract class DropoutArrays extends StoredPluginContract<IDropout> {

  /** How an array lies in memory. */
  enum Layout {
    C,
    F,
    STRIDED,
    PERMUTED;

    /** A copy with this layout. */
    INDArray of(INDArray array) {
      return switch (this) {
        case C -> array.dup('c');
        case F -> array.dup('f');
        case STRIDED -> inside(Nd4j.ones(array.dataType(), wider(array)), array).assign(array);
        case PERMUTED -> {
          int[] swapped = reversed(array.rank());
          yield array.permute(swapped).dup('c').permute(swapped);
        }
      };
    }

    static INDArray inside(INDArray wide, INDArray array) {
      INDArrayIndex[] corner = new INDArrayIndex[array.rank()];
      for (int i = 0; i < corner.length; i++) {
        corner[i] = NDArrayIndex.interval(1, 1 + array.size(i));
      }
      return wide.get(corner);
    }

    static long[] wider(INDArray array) {
      long[] shape = array.shape().clone();
      for (int i = 0; i < shape.length; i++) {
        shape[i] += 2;
      }
      return shape;
    }

    private static int[] reversed(int rank) {
      int[] order = new int[rank];
      for (int i = 0; i < rank; i++) {
        order[i] = rank - 1 - i;
      }
      return order;
    }
  }

  /**
   * Makes the technique under test with another amount of noise.
   *
   * @param amount the rate or standard deviation, by step
   * @return what {@link #spec()} makes, except for the amount
   */
  protected abstract IDropout create(ISchedule amount);

  /**
   * Returns the amount of noise of {@link #spec()}.
   *
   * @return the rate or standard deviation
   */
  protected abstract double amount();

  /**
   * Returns a shape of activations that the technique accepts, with at least two examples.
   *
   * @return the shape; {@code [6, 8]} unless overridden
   */
  protected long[] shape() {
    return new long[] {6, 8};
  }

  @Override
  protected final Class<IDropout> kind() {
    return IDropout.class;
  }

  static INDArray forward(IDropout dropout, INDArray x) {
    return dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  static INDArray forward(IDropout dropout, INDArray x, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return forward(dropout, x);
  }

  static INDArray backward(IDropout dropout, INDArray gradient) {
    return dropout.backprop(gradient, gradient, 0, 0);
  }

  INDArray sample(DataType type) {
    return ActivationArrays.sample(type, shape());
  }

  private INDArray epsilon() {
    return sample(DataType.DOUBLE).mul(0.7).addi(0.1);
  }

  static Stream<List<Layout>> layouts() {
    return Stream.of(Layout.values())
        .flatMap(one -> Stream.of(Layout.values()).map(other -> List.of(one, other)));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  final void theBackwardPassIsTheDerivativeOfTheForwardPass(List<Layout> layouts) {
    Layout there = layouts.get(0);
    Layout back = layouts.get(1);
    INDArray x = sample(DataType.DOUBLE);
    INDArray e = epsilon();
    double h = 1e-3;
    IDropout dropout = create();
    INDArray above = forward(dropout, there.of(x.add(e.mul(h))), 3).dup('c');
    dropout.clear();
    INDArray below = forward(dropout, there.of(x.sub(e.mul(h))), 3).dup('c');
    INDArray gradient = backward(dropout, back.of(e)).dup('c');
    assertClose(gradient, above.sub(below).div(2 * h), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void writesTheArrayGivenAndNothingElse(DataType type) {
    for (Layout layout : Layout.values()) {
      INDArray x = layout.of(sample(type));
      INDArray before = x.dup();
      INDArray result = layout.of(Nd4j.zerosLike(x));
      Nd4j.getRandom().setSeed(5);
      IDropout dropout = create();
      INDArray returned = dropout.applyDropout(x, result, 0, 0, LayerWorkspaceMgr.noWorkspaces());
      assertThat(returned).as("the array returned").isSameAs(result);
      assertThat(result.dataType()).isEqualTo(type);
      assertSame(x, before);
      assertSame(forward(create(), x, 5), result);

      INDArray gradient = layout.of(sample(type));
      INDArray gradientBefore = gradient.dup();
      INDArray below = layout.of(Nd4j.zerosLike(gradient));
      assertThat(dropout.backprop(gradient, below, 0, 0)).isSameAs(below);
      assertSame(gradient, gradientBefore);
      IDropout other = create();
      forward(other, layout.of(before), 5);
      assertSame(backward(other, gradient), below);
    }
  }

  @Test
  final void writesNothingAroundAView() {
    INDArray x = sample(DataType.FLOAT);
    INDArray wide = Nd4j.valueArrayOf(Layout.wider(x), 7f, DataType.FLOAT);
    INDArray view = Layout.inside(wide, x);
    IDropout dropout = create();
    forward(dropout, view.assign(x));
    backward(dropout, view.assign(x));
    view.assign(7);
    assertThat(wide).isEqualTo(Nd4j.valueArrayOf(Layout.wider(x), 7f, DataType.FLOAT));
  }

  @Test
  final void anAmountOfZeroChangesNothing() {
    IDropout none = create(at(0));
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      INDArray x = sample(type);
      assertSame(forward(none, x.dup()), x);
      assertSame(backward(none, x.dup()), x);
    }
  }

  @Test
  final void readsAScheduleAtTheStep() throws JsonProcessingException {
    INDArray x = sample(DataType.DOUBLE);
    INDArray noisy = forward(create(), x.dup(), 9);
    for (ScheduleType clock : ScheduleType.values()) {
      IDropout written = create(new MapSchedule(clock, Map.of(0, 0.0, 1, amount())));
      IDropout read = mapper().readValue(mapper().writeValueAsString(written), kind());
      assertThat(read).isEqualTo(written).hasSameHashCodeAs(written).isNotEqualTo(create());
      assertThat(written.clone()).isEqualTo(written);
      for (IDropout dropout : List.of(written, read, written.clone())) {
        int iteration = clock == ScheduleType.ITERATION ? 1 : 0;
        int epoch = 1 - iteration;
        assertSame(forward(dropout, x.dup()), x);
        Nd4j.getRandom().setSeed(9);
        INDArray in = x.dup();
        dropout.applyDropout(in, in, iteration, epoch, LayerWorkspaceMgr.noWorkspaces());
        assertSame(in, noisy);
      }
    }
  }

  @Test
  final void drawsFromTheGlobalGeneratorAlone() {
    INDArray x = sample(DataType.DOUBLE);
    INDArray first = forward(create(), x.dup(), 1);
    IDropout used = create();
    forward(used, x.dup());
    assertSame(forward(used, x.dup(), 1), first);
    assertThat(forward(used, x.dup(), 2)).isNotEqualTo(first);
    assertThat(forward(used, x.dup())).as("the next pass").isNotEqualTo(first);
  }

  @Test
  final void layersMayShareAnInstance() {
    IDropout shared = create();
    List<INDArray> gradients = new ArrayList<>();
    for (int seed = 1; seed <= 5; seed++) {
      gradients.add(gradientAlone(seed));
      forward(shared, sample(DataType.DOUBLE), seed);
    }
    for (int seed = 5; seed >= 1; seed--) {
      assertSame(backward(shared, epsilon()), gradients.get(seed - 1));
    }
  }

  @Test
  final void aForwardPassNeedsNoBackwardPass() {
    IDropout dropout = create();
    INDArray x = sample(DataType.DOUBLE);
    for (int i = 0; i < 1500; i++) {
      forward(dropout, x.dup());
    }
    forward(dropout, x.dup(), 4);
    assertSame(backward(dropout, epsilon()), gradientAlone(4));
    forward(dropout, x.dup());
    dropout.clear();
    forward(dropout, x.dup(), 4);
    assertSame(backward(dropout, epsilon()), gradientAlone(4));
  }

  @Test
  final void clonesShareNothing() {
    IDropout dropout = create();
    IDropout clone = dropout.clone();
    assertThat(clone).isEqualTo(dropout).isNotSameAs(dropout).hasToString(dropout.toString());
    forward(dropout, sample(DataType.DOUBLE), 1);
    forward(clone, sample(DataType.DOUBLE), 2);
    clone.clear();
    assertSame(backward(dropout, epsilon()), gradientAlone(1));
  }

  @Test
  final void threadsMayShareAnInstance() throws InterruptedException, ExecutionException {
    IDropout shared = create();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        long seed = i + 1; // ND4J takes 0 for the time of day
        tasks.add(
            () -> {
              INDArray alone = gradientAlone(seed);
              boolean same = true;
              for (int round = 0; round < 5; round++) {
                forward(shared, sample(DataType.DOUBLE), seed);
                Thread.yield(); // lets the other threads come in between
                same &= alone.equals(backward(shared, epsilon()));
                shared.clear();
              }
              return same;
            });
      }
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** What an instance of its own does to the gradient, if the generator starts at the seed. */
  private INDArray gradientAlone(long seed) {
    IDropout alone = create();
    forward(alone, sample(DataType.DOUBLE), seed);
    return backward(alone, epsilon());
  }

  static ISchedule at(double amount) {
    return new MapSchedule(ScheduleType.ITERATION, Map.of(0, amount));
  }

  /** Bit by bit: INDArray's equals lets 1e-5 pass. */
  static void assertSame(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(numbers(actual)).isEqualTo(numbers(expected));
  }

  private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
    double[] values = numbers(actual);
    double[] wanted = numbers(expected);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i]).isCloseTo(wanted[i], within(tolerance));
    }
  }

  /** In the order 'c', whatever the layout. */
  static double[] numbers(INDArray array) {
    return array.dup('c').reshape(array.length()).castTo(DataType.DOUBLE).toDoubleVector();
  }
}
