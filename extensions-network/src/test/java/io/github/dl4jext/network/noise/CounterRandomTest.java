package io.github.dl4jext.network.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class CounterRandomTest {

  private static CounterRandom draws(int rows) {
    long[] seeds = new long[rows];
    for (int i = 0; i < rows; i++) {
      seeds[i] = CounterRandom.mix(i);
    }
    return new CounterRandom(seeds);
  }

  @Property(tries = 100)
  void coinsFallAsOftenAsTheirProbabilitySays(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 1) double probability) {
    CounterRandom draws = new CounterRandom(seed);
    int heads = 0;
    for (int block = 0; block < 100; block++) {
      heads += Long.bitCount(draws.coins(0, block, probability));
    }
    BinomialDistribution law = new BinomialDistribution(6400, probability);
    // one in 10^9 on either side, for 100 tries
    assertThat(heads)
        .isBetween(
            law.inverseCumulativeProbability(1e-9), law.inverseCumulativeProbability(1 - 1e-9));
  }

  @Test
  void coinsAreExactAtTheEnds() {
    CounterRandom draws = draws(1);
    for (int block = 0; block < 1000; block++) {
      assertThat(draws.coins(0, block, 0)).isZero();
      assertThat(draws.coins(0, block, 1)).isEqualTo(-1);
    }
  }

  @Test
  void coinsOfASmallProbabilityAreNotCutOff() {
    CounterRandom draws = draws(1);
    double probability = 1e-6;
    int heads = 0;
    int blocks = 1_000_000;
    for (int block = 0; block < blocks; block++) {
      heads += Long.bitCount(draws.coins(0, block, probability));
    }
    // mean 64, five standard deviations of 8
    assertThat(heads).isBetween(24, 104);
  }

  @Test
  void neighbouringCoinsHaveNothingToDoWithEachOther() {
    CounterRandom draws = draws(2);
    int same = 0;
    int sameNextRow = 0;
    int sameNextBlock = 0;
    for (int block = 0; block < 1000; block++) {
      long coins = draws.coins(0, block, 0.5);
      same += Long.bitCount(~(coins ^ Long.rotateLeft(coins, 1)));
      sameNextRow += Long.bitCount(~(coins ^ draws.coins(1, block, 0.5)));
      sameNextBlock += Long.bitCount(~(coins ^ draws.coins(0, block + 1, 0.5)));
    }
    // 64,000 pairs, five standard deviations of 126
    assertThat(List.of(same, sameNextRow, sameNextBlock))
        .allSatisfy(n -> assertThat(n).isBetween(32_000 - 632, 32_000 + 632));
  }

  @Property(tries = 50)
  void theMaskOfARowDependsOnItsSeedAlone(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 300) int columns,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double probability) {
    INDArray together = Nd4j.ones(DataType.FLOAT, rows, columns);
    draws(rows).keep(together, probability, 3);
    for (int row = 0; row < rows; row++) {
      INDArray alone = Nd4j.ones(DataType.DOUBLE, 1, columns);
      draws(rows).only(row).keep(alone, probability, 3);
      assertThat(together.getRow(row).toFloatVector())
          .isEqualTo(alone.reshape(columns).toFloatVector());
    }
  }

  @Test
  void theMaskDoesNotDependOnWhereNumbersLieInMemory() {
    INDArray expected = Nd4j.ones(DataType.FLOAT, 4, 5, 6);
    draws(4).keep(expected, 0.6, 2);
    INDArray columnMajor = Nd4j.ones(DataType.FLOAT, 4, 5, 6).dup('f');
    INDArray large = Nd4j.ones(DataType.FLOAT, 9, 7, 8);
    INDArray view =
        large.get(
            NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 6), NDArrayIndex.interval(2, 8));
    INDArray permuted = Nd4j.ones(DataType.FLOAT, 6, 5, 4).permute(2, 1, 0);
    INDArray doubles = Nd4j.ones(DataType.DOUBLE, 4, 5, 6);
    INDArray halves = Nd4j.ones(DataType.FLOAT16, 4, 5, 6);
    for (INDArray array : new INDArray[] {columnMajor, view, permuted, doubles, halves}) {
      draws(4).keep(array, 0.6, 2);
      assertThat(array.castTo(DataType.FLOAT)).isEqualTo(expected);
    }
    assertThat(large.sumNumber().doubleValue())
        .isEqualTo(9 * 7 * 8 - 4 * 5 * 6 + expected.sumNumber().doubleValue());
  }

  @Test
  void rowsBehindTheFirstOfAContiguousViewAreTheOnesChanged() {
    INDArray large = Nd4j.ones(DataType.FLOAT, 6, 100);
    draws(2).keep(large.get(NDArrayIndex.interval(3, 5), NDArrayIndex.all()), 0, 1);
    assertThat(large.sum(1).toFloatVector()).containsExactly(100, 100, 100, 0, 0, 100);
  }

  @Test
  void notANumberStays() {
    INDArray array = Nd4j.valueArrayOf(new long[] {1, 70}, Double.NaN, DataType.FLOAT);
    draws(1).keep(array, 0.5, 2);
    assertThat(array.reshape(70).toFloatVector()).containsOnly(Float.NaN);
  }

  @Test
  void gaussiansOfAnArrayAreThoseOfItsRows() {
    INDArray array = draws(3).gaussian(DataType.DOUBLE, 3, 2, 4);
    assertThat(array.getDouble(2, 1, 3)).isEqualTo(draws(3).gaussian(2, 7));
    INDArray many = draws(1).gaussian(DataType.DOUBLE, 1, 100_000);
    // five standard errors of mean and variance
    assertThat(many.meanNumber().doubleValue()).isBetween(-0.0158, 0.0158);
    assertThat(many.varNumber().doubleValue()).isBetween(1 - 0.0224, 1 + 0.0224);
  }

  @Test
  void aRowWithoutASeedIsRefused() {
    assertThatThrownBy(() -> draws(3).keep(Nd4j.ones(4, 2), 0.5, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 rows")
        .hasMessageContaining("a seed for each index of dimension 0");
  }
}
