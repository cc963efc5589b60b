package io.github.dl4jext.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.testkit.fixtures.DroppingNetworks;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** DL4J's kinds, drawn by rows, against DL4J's own drawing. */
class Dl4jDropoutsTest {

  private static final int ROWS = 100;
  private static final int COLUMNS = 1000;

  private static MapSchedule schedule(double first, double later) {
    return new MapSchedule(ScheduleType.ITERATION, Map.of(0, first, 10, later));
  }

  static List<IDropout> kinds() {
    return List.of(
        new org.deeplearning4j.nn.conf.dropout.Dropout(0.7),
        new org.deeplearning4j.nn.conf.dropout.Dropout(schedule(0.9, 0.4)),
        new AlphaDropout(0.8),
        new AlphaDropout(schedule(0.9, 0.6)),
        new GaussianDropout(0.3),
        new GaussianDropout(schedule(0.1, 0.4)),
        new GaussianNoise(0.5),
        new GaussianNoise(schedule(0.1, 0.7)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void hasTheMomentsOfDl4jsOwn(IDropout dropout) {
    for (int iteration : new int[] {0, 20}) {
      INDArray x = Nd4j.valueArrayOf(new long[] {ROWS, COLUMNS}, 1.5, DataType.DOUBLE);
      Nd4j.getRandom().setSeed(4);
      INDArray theirs =
          dropout.applyDropout(x, x.dup(), iteration, 0, LayerWorkspaceMgr.noWorkspaces());
      INDArray ours = x.dup();
      CounterRandom draws =
          new CounterRandom(LongStream.range(0, ROWS).map(CounterRandom::mix).toArray());
      Dl4jDropouts.seeded(dropout, "here").disturb(ours, draws, iteration, 0);
      double deviation = theirs.stdNumber().doubleValue();
      double n = ROWS * COLUMNS;
      // five standard errors of the difference of two means
      double bound = 5 * deviation * Math.sqrt(2 / n);
      assertThat(ours.meanNumber().doubleValue())
          .isCloseTo(theirs.meanNumber().doubleValue(), within(bound));
      assertThat(deviation).isGreaterThan(0.05);
      // a variance's standard error is at most var sqrt(2.5/n) for these laws
      assertThat(ours.stdNumber().doubleValue())
          .isCloseTo(deviation, within(5 * deviation * Math.sqrt(2.5 / n)));
      // two values, or any
      assertThat(Math.abs(ours.minNumber().doubleValue() - theirs.minNumber().doubleValue()))
          .isLessThan(deviation);
    }
  }

  @Test
  void spatialDropoutTakesWholeChannels() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 40, 50, 3, 3);
    CounterRandom draws =
        new CounterRandom(LongStream.range(0, 40).map(CounterRandom::mix).toArray());
    Dl4jDropouts.seeded(new SpatialDropout(0.7), "here").disturb(x, draws, 0, 0);
    INDArray sums = x.sum(2, 3);
    int kept = 0;
    for (double sum : DroppingNetworks.numbers(sums)) {
      assertThat(sum == 0 || Math.abs(sum - 9 / 0.7) < 1e-4).isTrue();
      kept += sum == 0 ? 0 : 1;
    }
    // 2,000 channels, five standard deviations of 20.5
    assertThat(kept).isBetween(1400 - 103, 1400 + 103);
    assertThatThrownBy(
            () ->
                Dl4jDropouts.seeded(new SpatialDropout(0.7), "here")
                    .disturb(Nd4j.ones(2, 2), new CounterRandom(1, 2), 0, 0))
        .hasMessageContaining("not those of rank 2");
  }
}
