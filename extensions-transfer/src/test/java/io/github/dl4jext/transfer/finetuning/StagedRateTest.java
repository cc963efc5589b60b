package io.github.dl4jext.transfer.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class StagedRateTest {

  private static final ObjectMapper MAPPER = NeuralNetConfiguration.mapper();

  @Test
  void survivesJsonAtEveryStage() throws JsonProcessingException {
    for (ISchedule rate :
        List.of(
            new FixedSchedule(0.1), new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9))) {
      for (List<Integer> passed : List.of(List.<Integer>of(), List.of(0), List.of(0, 2))) {
        StagedRate mark = new StagedRate(rate, -7, 12, 3, passed);
        assertThat(MAPPER.readValue(MAPPER.writeValueAsString(mark), ISchedule.class))
            .isEqualTo(mark);
      }
    }
  }

  @Test
  void refusesBadJsonByName() throws JsonProcessingException {
    String json =
        MAPPER
            .writeValueAsString(new StagedRate(new FixedSchedule(0.1), 7, 12, 3, List.of(0, 2)))
            .replaceAll("\\s", "");
    Map<String, String> bad =
        Map.of(
            "\"plan\":7", "\"plan\":\"7\"",
            "\"iteration\":12", "\"iteration\":null",
            "\"epoch\":3", "\"epoch\":-1",
            "\"passed\":[0,2]", "\"passed\":[0.5]");
    bad.forEach(
        (right, wrong) -> {
          String field = right.substring(1, right.lastIndexOf('"'));
          String without = json.replace("," + right, "");
          assertThat(json).contains(right);
          for (String changed : List.of(json.replace(right, wrong), without)) {
            assertThatThrownBy(() -> MAPPER.readValue(changed, ISchedule.class))
                .as(changed)
                .hasStackTraceContaining("staged_rate: " + field + " must be ");
          }
        });
    assertThatThrownBy(
            () ->
                MAPPER.readValue(json.replace("\"plan\":7", "\"plan\":7,\"x\":1"), ISchedule.class))
        .hasStackTraceContaining("staged_rate: x must be one of its parameters");
  }
}
