package io.github.dl4jext.testkit;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;

/** Schedules of DL4J, most of them wrong, as a plugin that the contract is held against. */
@SuppressWarnings("rawtypes") // a service is named by its raw type
@AutoService(Plugin.class)
public final class Dl4jSchedule implements Plugin<ISchedule> {

  private static final ScheduleType STEPS = ScheduleType.ITERATION;

  private static final Map<String, Supplier<ISchedule>> MADE =
      Map.of(
          "exponential", () -> new ExponentialSchedule(STEPS, 0.1, 0.999),
          "cycle", () -> new CycleSchedule(STEPS, 0.1, 1, 200, 21, 0.1),
          "poly", () -> new PolySchedule(STEPS, 1, 2, 200),
          "ramp", () -> new RampSchedule(new FixedSchedule(0.1), 200),
          "counting", Counting::new);

  private static final Parameter<String> WHICH =
      Parameter.text("which").orElse("exponential").doc("key of the schedule");

  /** Has a state: it counts how often it was asked. */
  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  static final class Counting implements ISchedule {
    private static final long serialVersionUID = 1L;

    private int calls;

    @Override
    public double valueAt(int iteration, int epoch) {
      return 1.0 / ++calls;
    }

    @Override
    public ISchedule clone() {
      Counting copy = new Counting();
      copy.calls = calls;
      return copy;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Counting;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  @Override
  public Class<ISchedule> kind() {
    return ISchedule.class;
  }

  @Override
  public String name() {
    return "of_the_host";
  }

  @Override
  public String summary() {
    return "a schedule that comes with DL4J";
  }

  @Override
  public URI reference() {
    return URI.create("https://github.com/deeplearning4j/deeplearning4j");
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(WHICH);
  }

  @Override
  public ISchedule create(Arguments arguments) {
    return MADE.get(arguments.get(WHICH)).get();
  }
}
