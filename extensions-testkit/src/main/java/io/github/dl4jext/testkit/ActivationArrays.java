package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The part of {@link ActivationContract} that is about arrays: layout, type, place, size. */
abstract class ActivationArrays extends StoredPluginContract<IActivation> {

  private static final long[][] SHAPES = {
    {7}, {1, 5}, {5, 1}, {3, 4}, {2, 3, 4}, {2, 3, 2, 2}, {2, 1, 3, 2, 2}
  };

  /** Inference: an activation that is random in training is not so here. */
  static INDArray forward(IActivation activation, INDArray x) {
    return activation.getActivation(x.dup(), false);
  }

  static INDArray gradient(IActivation activation, INDArray x) {
    return activation.backprop(x.dup(), Nd4j.onesLike(x)).getFirst();
  }

  static INDArray row(DataType type, double... values) {
    return Nd4j.createFromArray(values).castTo(type);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void overwritesItsInput(DataType type) {
    INDArray x = row(type, -2, -0.5, 0.25, 3);
    INDArray epsilon = row(type, 1, -2, 3, 0.5);
    IActivation activation = create();

    INDArray in = x.dup();
    assertThat(activation.getActivation(in, false)).as("the array returned").isSameAs(in);
    assertThat(in.dataType()).isEqualTo(type);

    INDArray epsilonBefore = epsilon.dup();
    INDArray gradientIn = x.dup();
    Pair<INDArray, INDArray> gradients = activation.backprop(gradientIn, epsilon);
    assertThat(gradients.getFirst().dataType()).isEqualTo(type);
    assertThat(gradients.getFirst().shape()).isEqualTo(x.shape());
    assertThat(epsilon).as("epsilon is not touched").isEqualTo(epsilonBefore);
    assertThat(activation.numParams(10)).isZero();
    assertThat(gradients.getSecond()).as("gradient of parameters").isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void treatsEveryShapeAndOrderAlike(DataType type) {
    for (long[] shape : SHAPES) {
      INDArray x = sample(type, shape);
      INDArray epsilon = sample(type, shape).addi(0.1);
      INDArray value = forward(create(), x.dup('c'));
      INDArray gradient = create().backprop(x.dup('c'), epsilon.dup('c')).getFirst();
      for (char order : new char[] {'c', 'f'}) {
        for (char epsilonOrder : new char[] {'c', 'f'}) {
          assertSame(create().getActivation(x.dup(order), false), value);
          assertSame(
              create().backprop(x.dup(order), epsilon.dup(epsilonOrder)).getFirst(), gradient);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void treatsViewsLikeCopies(DataType type) {
    List<INDArray> views =
        List.of(
            sample(type, 6, 8).get(NDArrayIndex.all(), NDArrayIndex.interval(2, 5)),
            sample(type, 6, 8).get(NDArrayIndex.interval(1, 4), NDArrayIndex.all()),
            sample(type, 6, 8).getColumn(3),
            sample(type, 6, 8).getRow(2),
            sample(type, 6, 8).transpose(),
            sample(type, 3, 4, 5).permute(2, 0, 1),
            sample(type, 3, 4, 5, 2).tensorAlongDimension(1, 1, 3));
    for (INDArray view : views) {
      INDArray copy = view.dup('c');
      INDArray epsilonCopy = sample(type, copy.shape()).dup('c');
      INDArray value = forward(create(), copy);
      INDArray gradient = create().backprop(copy.dup(), epsilonCopy).getFirst();

      INDArray epsilonView = strided(epsilonCopy);
      assertSame(create().backprop(view.dup(), epsilonView).getFirst(), gradient);
      assertSame(create().getActivation(view, false), value);
      assertSame(view, value);
    }
  }

  @Test
  final void writesNothingAroundAView() {
    INDArray whole = sample(DataType.FLOAT, 6, 8);
    INDArray before = whole.dup();
    INDArray view = whole.get(NDArrayIndex.interval(1, 5), NDArrayIndex.interval(2, 5));
    create().getActivation(view, false);
    view.assign(before.get(NDArrayIndex.interval(1, 5), NDArrayIndex.interval(2, 5)));
    assertThat(whole).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void treatsScalarsAndEmptyArrays(DataType type) {
    INDArray expected = forward(create(), row(type, -0.75));
    INDArray scalar = create().getActivation(Nd4j.scalar(type, -0.75), false);
    assertThat(scalar.isScalar()).isTrue();
    assertThat(scalar.getDouble(0)).isEqualTo(expected.getDouble(0));
    assertThat(
            create()
                .backprop(Nd4j.scalar(type, -0.75), Nd4j.scalar(type, 2))
                .getFirst()
                .getDouble(0))
        .isEqualTo(create().backprop(row(type, -0.75), row(type, 2)).getFirst().getDouble(0));

    INDArray empty = Nd4j.create(type, 0, 3);
    assertThat(create().getActivation(empty, false).isEmpty()).isTrue();
    assertThat(create().backprop(empty, Nd4j.create(type, 0, 3)).getFirst().isEmpty()).isTrue();
  }

  @Test
  final void treatsLargeArraysLikeSmallOnes() {
    int columns = 1001; // no divisor of any chunk that an implementation may take
    INDArray small = sample(DataType.FLOAT, 1, columns);
    INDArray value = forward(create(), small);
    INDArray gradient = gradient(create(), small);
    INDArray large = Nd4j.tile(small, 401, 1);
    INDArray values = forward(create(), large);
    INDArray gradients = gradient(create(), large);
    for (int r : new int[] {0, 65, 130, 262, 400}) {
      assertClose(values.getRow(r, true), value);
      assertClose(gradients.getRow(r, true), gradient);
    }
  }

  @Test
  final void scalesTheGradientByEpsilon() {
    INDArray x = sample(DataType.DOUBLE, 4, 6);
    INDArray epsilon = sample(DataType.DOUBLE, 4, 6);
    INDArray expected = gradient(create(), x).mul(epsilon);
    assertClose(create().backprop(x.dup(), epsilon).getFirst(), expected);
  }

  @Test
  final void refusesAnEpsilonOfAnotherShape() {
    INDArray x = sample(DataType.FLOAT, 3, 4);
    assertThatThrownBy(() -> create().backprop(x, Nd4j.ones(DataType.FLOAT, 4, 3)))
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessageContaining("[3, 4]")
        .hasMessageContaining("[4, 3]");
  }

  @Test
  final void mayBeSharedByThreads() throws InterruptedException, ExecutionException {
    IActivation shared = create();
    INDArray x = sample(DataType.FLOAT, 50, 40);
    INDArray value = forward(create(), x);
    INDArray gradient = gradient(create(), x);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        tasks.add(() -> forward(shared, x).equals(value) && gradient(shared, x).equals(gradient));
      }
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Reproducible numbers of both signs, none of them at a round place where kinks are. */
  static INDArray sample(DataType type, long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    double[] values = new double[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = 5 * Math.sin(1.37 * i + 0.3) + 0.01;
    }
    return Nd4j.createFromArray(values).castTo(type).reshape('c', shape);
  }

  private static INDArray strided(INDArray copy) {
    long[] wide = copy.shape().clone();
    wide[wide.length - 1] *= 2;
    INDArray whole = Nd4j.zeros(copy.dataType(), wide);
    INDArrayIndex[] corner = new INDArrayIndex[wide.length];
    for (int i = 0; i < corner.length; i++) {
      corner[i] = NDArrayIndex.interval(0, copy.size(i));
    }
    INDArray view = whole.get(corner);
    return view.assign(copy);
  }

  private static void assertSame(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertClose(actual, expected);
  }

  /** Layouts may take other code paths, which may round otherwise. */
  private static void assertClose(INDArray actual, INDArray expected) {
    double epsilon = actual.dataType() == DataType.DOUBLE ? 1e-14 : 1e-6;
    double[] values =
        actual.dup('c').data().asDouble(); // linear indices follow the order in memory
    double[] wanted = expected.dup('c').data().asDouble();
    for (int i = 0; i < wanted.length; i++) {
      double e = wanted[i];
      assertThat(values[i]).isCloseTo(e, within(epsilon * Math.max(1, Math.abs(e))));
    }
  }
}
