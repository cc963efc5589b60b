package io.github.dl4jext.listeners.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatienceTest {

  /** Two hundred trainings that Keras's own callback was driven through. */
  @Test
  void stopsWhereKerasStops() throws IOException {
    List<String> cases = golden().lines().skip(1).toList();
    assertThat(cases).hasSize(200);
    for (String line : cases) {
      String[] cell = line.split(",");
      Patience patience =
          new Patience(
              Integer.parseInt(cell[1]),
              ThresholdMode.ABSOLUTE,
              Double.parseDouble(cell[2]),
              Integer.parseInt(cell[4]),
              cell[3].equals("None") ? null : Double.valueOf(cell[3]),
              cell[0].equals("max"));
      int epochs = 0;
      int kept = -1;
      for (String value : cell[6].split(" ")) {
        if (patience.isBest(Double.parseDouble(value))) {
          kept = epochs;
        }
        epochs++;
        if (patience.isOver()) {
          break;
        }
      }
      boolean restore = Boolean.parseBoolean(cell[5]);
      assertThat(epochs).as(line).isEqualTo(Integer.parseInt(cell[7]));
      assertThat(patience.isOver()).as(line).isEqualTo(Boolean.parseBoolean(cell[8]));
      assertThat(patience.bestEpoch()).as(line).isEqualTo(Integer.parseInt(cell[9]));
      assertThat(patience.best()).as(line).isEqualTo(Double.parseDouble(cell[10]));
      assertThat(restore ? kept : epochs - 1).as(line).isEqualTo(Integer.parseInt(cell[11]));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void anInfiniteFigureCanBeTheBest(double infinite) {
    Patience patience = new Patience(9, ThresholdMode.ABSOLUTE, 0, 0, null, infinite > 0);
    assertThat(patience.best()).isNaN();
    assertThat(patience.isBest(1)).isTrue();
    assertThat(patience.isBest(infinite)).isTrue();
    assertThat(patience.best()).isEqualTo(infinite);
    Patience resumed = new Patience(9, ThresholdMode.ABSOLUTE, 0, 0, null, infinite > 0);
    resumed.loadState(patience.state());
    assertThat(resumed.best()).isEqualTo(infinite);
    assertThat(resumed.isBest(1)).isFalse();
  }

  @Property(tries = 300)
  void theBestIsTheLeastAndNeverNaN(
      @ForAll @Size(min = 1, max = 30) double[] values,
      @ForAll @IntRange(min = 0, max = 6) int patience) {
    Patience rule = new Patience(patience, ThresholdMode.ABSOLUTE, 0, 0, null, false);
    double least = Double.POSITIVE_INFINITY;
    int since = 0;
    for (int epoch = 0; epoch < values.length && !rule.isOver(); epoch++) {
      double value = epoch % 5 == 3 ? Double.NaN : values[epoch];
      boolean best = rule.isBest(value);
      assertThat(best).isEqualTo(value < least);
      since = best ? 0 : since + 1;
      least = best ? value : least;
      assertThat(rule.best()).isEqualTo(least);
      assertThat(rule.isOver()).isEqualTo(since >= Math.max(1, patience));
    }
  }

  private static String golden() throws IOException {
    try (InputStream in = PatienceTest.class.getResourceAsStream("/golden/early_stopping.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
