package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.dense;
import static io.github.dl4jext.network.TestNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.ParameterName;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

class LearningRatesTest {

  private static final TrainingProgress START = TrainingProgress.NONE;

  static Stream<Arguments> zoo() {
    return NetworkTest.zoo();
  }

  private static LearningRates rates(Model model) {
    return LearningRates.of("test", Network.of(model));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void readsARateForEachParameterThatHasOne(String name, Model model) {
    Map<ParameterName, LearningRate> values = rates(model).values();
    for (ParameterSlot slot : Network.of(model).slots()) {
      // batch normalization's statistics have none; frozen parameters would learn by theirs
      assertThat(values.containsKey(slot.name())).as(slot.key()).isEqualTo(slot.hasGradient());
    }
    assertThat(values)
        .hasSize(
            (int) Network.of(model).slots().stream().filter(ParameterSlot::hasGradient).count());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void reducesEachRateOnce(String name, Model model) {
    TestNetworks.train(model, 1);
    Map<ParameterName, LearningRate> before = rates(model).values();
    assertThat(rates(model).reduce(0.5, 0, 0, START)).isTrue();
    Map<ParameterName, LearningRate> after = rates(model).values();
    after.forEach(
        (parameter, rate) ->
            assertThat(rate.number()).isEqualTo(before.get(parameter).number() * 0.5));
    for (NodeState state : NodeState.in(Network.of(model))) {
      if (state.slot().learns()) {
        assertThat(state.updater().getLearningRate(0, 0))
            .isEqualTo(after.get(state.name()).number());
      }
    }
    TestNetworks.train(model, 1);
  }

  @Test
  void keepsRatesAboveAFloor() {
    Model model = TestNetworks.stack(DataType.FLOAT);
    assertThat(rates(model).reduce(0.1, 0.0015, 0, START)).isTrue();
    assertThat(rates(model).values().get(new ParameterName("second", "W")).number())
        .isEqualTo(0.0015);
    assertThat(rates(model).values().get(new ParameterName("second", "b")).number())
        .isEqualTo(0.002, within(1e-15));
    assertThat(rates(model).reduce(0.1, 0.0015, 0.1, START)).isFalse();
    rates(model).set(0.25);
    assertThat(rates(model).values().values()).containsOnly(new LearningRate(0.25, null));
  }

  @Test
  void goesByNameToANetworkOfAnotherStructure() {
    Model source = TestNetworks.stack(DataType.FLOAT);
    rates(source).reduce(0.5, 0, 0, START);
    MultiLayerNetwork target =
        TestNetworks.start(
            TestNetworks.base(DataType.FLOAT)
                .list()
                .layer(dense(5, 4).name("new").build())
                .layer(dense(4, 9).name("second").build())
                .layer(output(9).name("out").build())
                .build());
    CarryOver carried = rates(target).put(rates(source).values());
    assertThat(carried.kept())
        .extracting(ParameterName::toString)
        .containsExactly("second.W", "out.W", "out.b");
    assertThat(carried.reset())
        .isEqualTo(
            Map.of(
                new ParameterName("new", "W"),
                "is new",
                new ParameterName("new", "b"),
                "is new",
                new ParameterName("second", "b"),
                "shares an updater with parameters of another rate"));
    assertThat(rates(target).values().get(new ParameterName("second", "W")).number())
        .isEqualTo(0.005);
    assertThat(rates(target).values().get(new ParameterName("new", "W")).number()).isEqualTo(0.01);
  }

  @Test
  void isEmptyWithoutARate() {
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.FLOAT)
                .updater(new NoOp())
                .list()
                .layer(dense(5, 4).build())
                .layer(output(4).build())
                .build());
    assertThat(rates(net).isEmpty()).isTrue();
    assertThat(rates(TestNetworks.stack(DataType.FLOAT)).isEmpty()).isFalse();
  }

  @Test
  void scalesSchedulesOnce() {
    ISchedule step = new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 10);
    LearningRate rate = new LearningRate(Double.NaN, step).times(0.5).times(0.5);
    assertThat(rate.schedule()).isEqualTo(new Scaled(step, 0.25));
    assertThat(rate.at(10, 0)).isEqualTo(0.1 * 0.5 * 0.25);
    assertThat(new LearningRate(0.1, null).times(0.5)).isEqualTo(new LearningRate(0.05, null));
  }

  /** A schedule that knows its own multiples. */
  private record Flat(double value) implements ScalableSchedule {
    @Override
    public double valueAt(int iteration, int epoch) {
      return value;
    }

    @Override
    public ISchedule times(double factor) {
      return new Flat(value * factor);
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  @Test
  void asksSchedulesForTheirOwnMultiple() {
    assertThat(new LearningRate(Double.NaN, new Flat(0.2)).times(0.5).schedule())
        .isEqualTo(new Flat(0.1));
  }

  @Test
  void scaledSchedulesAreSaved() {
    ISchedule step = new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 10);
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.FLOAT)
                .updater(new Sgd(new Scaled(step, 0.25)))
                .list()
                .layer(dense(5, 4).build())
                .layer(output(4).build())
                .build());
    String json = net.getLayerWiseConfigurations().toJson();
    assertThat(MultiLayerConfiguration.fromJson(json)).isEqualTo(net.getLayerWiseConfigurations());
    ISchedule original = new Scaled(step, 0.25);
    assertThat(original.clone()).isEqualTo(original).isNotSameAs(original);
    assertThatThrownBy(() -> new Scaled(null, Double.NaN))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("scaled: schedule must be")
        .hasMessageContaining("scaled: factor must be a number in [0, inf), was NaN");
  }

  @Test
  void readsTheRatesOfDl4jsUpdaters() {
    assertThat(LearningRate.of("test", new Adam(0.3))).isEqualTo(new LearningRate(0.3, null));
    ISchedule step = new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 10);
    assertThat(LearningRate.of("test", new Sgd(step)).schedule()).isEqualTo(step);
    Adam adam = new Adam(0.3);
    new LearningRate(Double.NaN, step).putInto(adam);
    assertThat(adam.getLearningRate(10, 0)).isEqualTo(0.05);
    assertThatThrownBy(() -> LearningRate.of("test", new NoOp()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("test: updaters must have getLearningRate()");
  }
}
