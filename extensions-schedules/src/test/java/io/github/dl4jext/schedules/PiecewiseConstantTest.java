package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class PiecewiseConstantTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "piecewise_constant(boundaries=[50, 80], rates=[0.01, 0.005, 0.001])";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "piecewise_constant(boundaries=[50, 81], rates=[0.01, 0.005, 0.001])",
        "piecewise_constant(boundaries=[50, 80], rates=[0.01, 0.005, 0.002])");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.01, 49, 0.01, 50, 0.005, 79, 0.005, 80, 0.001);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(80);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Override
  protected int[] jumps() {
    return new int[] {50, 80};
  }

  @Test
  void findsTheRateAmongManyAsAWalkDoes() {
    List<Integer> boundaries = IntStream.range(1, 200).map(i -> i * i).boxed().toList();
    List<Double> rates = IntStream.range(0, 200).mapToObj(i -> (double) i).toList();
    PiecewiseConstant schedule = new PiecewiseConstant(boundaries, rates);
    for (int step = 0; step < 50_000; step++) {
      double expected = Math.min(199, Math.floor(Math.sqrt(step)));
      assertThat(schedule.valueAt(step, 0)).as("at %s", step).isEqualTo(expected);
    }
  }

  @Test
  void aBoundaryInJsonIsAWholeNumber() throws JsonProcessingException {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    String json = mapper.writeValueAsString(create());
    assertThatThrownBy(() -> mapper.readValue(json.replace("50", "50.5"), ISchedule.class))
        .hasStackTraceContaining(
            "piecewise_constant: boundaries must be a list with at least one element, each a whole"
                + " number in [1, inf), was [50.5, 80]");
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    assertThatThrownBy(() -> new PiecewiseConstant(List.of(5, 5), List.of(0.1, 0.2)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("piecewise_constant: boundaries must be ascending, was [5, 5]")
        .hasMessageContaining(
            "piecewise_constant: rates must be one more than boundaries, was [0.1, 0.2]");
    assertThatThrownBy(() -> new PiecewiseConstant(null, Arrays.asList(0.1, null)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("boundaries must be ")
        .hasMessageContaining("rates must be ");
    assertThatThrownBy(() -> new PiecewiseConstant(Arrays.asList(1, null), List.of(0.1)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("boundaries must be ");
  }
}
