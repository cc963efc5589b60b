package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.spi.SerializedTechnique;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Bad hyperparameters are refused by constructor, with, spec, and from outside of the host; by JSON
 * in the contract.
 */
class HyperparametersTest {

  private static Map<String, ThrowingCallable> bad() {
    Map<String, ThrowingCallable> bad = new LinkedHashMap<>();
    bad.put("sgd: learningRate must be", () -> new SGD(-1));
    bad.put("momentum: momentum must be", () -> new Momentum(0.1, 1));
    bad.put("nesterov: momentum must be", () -> new Nesterov(0.1, Double.NaN));
    bad.put("adagrad: epsilon must be", () -> new AdaGrad().with(AdaGrad.EPSILON, 0.0));
    bad.put("rmsprop: rho must be", () -> new RMSprop().with(RMSprop.RHO, 1));
    bad.put("rmsprop: momentum must be", () -> new RMSprop().with(RMSprop.MOMENTUM, -0.1));
    bad.put("adadelta: learningRate must be", () -> new AdaDelta(Double.POSITIVE_INFINITY));
    bad.put("adam: learningRate must be", () -> new Adam((ISchedule) null));
    bad.put("adam: beta1 must be", () -> new Adam().with(Adam.BETA1, 1));
    bad.put("amsgrad: beta2 must be", () -> new AMSGrad().with(AMSGrad.BETA2, 1.5));
    bad.put("adamax: epsilon must be", () -> new AdaMax().with(AdaMax.EPSILON, Double.NaN));
    bad.put("nadam: momentumDecay must be", () -> new NAdam().with(NAdam.MOMENTUM_DECAY, -1.0));
    bad.put("nadam: form must be", () -> new NAdam().with(NAdam.FORM, null));
    bad.put("radam: learningRate must be", () -> new RAdam(Double.NaN));
    bad.put("adamw: weightDecay must be", () -> new AdamW(1e-3, -0.01));
    bad.put("adamw: decaying must be", () -> new AdamW().decaying((ParameterFilter) null));
    bad.put(
        "lookahead: decaying must be chosen for the optimizer that this one wraps",
        () -> new Lookahead(new AdamW()).decaying(ParameterFilter.biases()));
    bad.put(
        "gradient_accumulation: decaying must be chosen for the optimizer that this one wraps",
        () -> new GradientAccumulation(new AdamW(), 2).decaying(LayerSelector.at(0)));
    bad.put("adabelief: epsilon must be", () -> new AdaBelief().with(AdaBelief.EPSILON, 0.0));
    bad.put(
        "yogi: initialAccumulator must be", () -> new Yogi().with(Yogi.INITIAL_ACCUMULATOR, -1.0));
    bad.put("adan: beta3 must be", () -> new Adan().with(Adan.BETA3, 1));
    bad.put("lion: beta2 must be", () -> new Lion().with(Lion.BETA2, 1));
    bad.put("lamb: epsilon must be", () -> new LAMB().with(LAMB.EPSILON, 0.0));
    bad.put("lars: learningRate must be", () -> new LARS(-1));
    bad.put(
        "lars: trustCoefficient must be", () -> new LARS(0.1).with(LARS.TRUST_COEFFICIENT, 0.0));
    bad.put("lookahead: steps must be", () -> new Lookahead(new SGD(0.1), 0, 0.5));
    bad.put("lookahead: alpha must be", () -> new Lookahead(new SGD(0.1), 5, 0));
    bad.put(
        "lookahead: optimizer must be",
        () -> new Lookahead(new GradientAccumulation(new SGD(0.1), 2)));
    bad.put(
        "gradient_accumulation: minibatches must be",
        () -> new GradientAccumulation(new SGD(0.1), 0));
    bad.put(
        "gradient_accumulation: optimizer must be",
        () -> new GradientAccumulation(new LARS(0.1), 2));
    return bad;
  }

  @Test
  void constructorsAndWithRefuseThem() {
    bad()
        .forEach(
            (message, call) ->
                assertThatThrownBy(call)
                    .as(message)
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining(message));
  }

  @Test
  void oneMessageListsAllOfThem() {
    assertThatThrownBy(
            () ->
                Plugins.installed()
                    .create(Optimizer.class, "adamw(beta1=1, epsilon=0, weightDecay=-1)"))
        .hasMessageContaining("adamw: beta1 must be")
        .hasMessageContaining("adamw: epsilon must be")
        .hasMessageContaining("adamw: weightDecay must be");
    assertThatThrownBy(() -> new AdamW(-1, -1))
        .hasMessageContaining("adamw: learningRate must be")
        .hasMessageContaining("adamw: weightDecay must be");
  }

  @Test
  void theHostCannotSetABadRate() {
    IUpdater adam = new Adam().updater();
    assertThatThrownBy(() -> adam.setLrAndSchedule(-1, null))
        .hasMessageContaining("adam: learningRate must be");
    assertThat(adam.getLearningRate(0, 0)).isEqualTo(1e-3);
  }

  @Test
  void aScheduleThatGoesAstrayIsNamed() {
    ISchedule falls =
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.1).add(3, -0.1).build();
    IUpdater sgd = new SGD(falls).updater();
    assertThat(sgd.getLearningRate(2, 0)).isEqualTo(0.1);
    assertThatIllegalStateException()
        .isThrownBy(() -> sgd.getLearningRate(3, 0))
        .withMessageContaining("sgd: learningRate must be")
        .withMessageContaining("-0.1 at iteration 3");
    Adam adam = new Adam().with(Adam.BETA1, falls);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                adam.instantiate(Nd4j.create(2), true).applyUpdater(Nd4j.createFromArray(1f), 3, 0))
        .withMessageContaining("adam: beta1 must be");
  }

  @Test
  void jsonIsTheArgumentsAndRefusesOthersInOurWords() throws JsonProcessingException {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    IUpdater adam = new Adam(0.01).with(Adam.BETA1, 0.8).startingAt(7, 2);
    String json = mapper.readTree(mapper.writeValueAsString(adam)).toString();
    assertThat(json)
        .isEqualTo(
            "{\"@class\":\"io.github.dl4jext.optimizers.Adam\",\"learningRate\":0.01,\"beta1\":0.8,"
                + "\"beta2\":0.999,\"epsilon\":1.0E-8,\"convention\":\"TORCH\",\"firstIteration\":7,\"block\":2}");
    assertThat(mapper.readValue(json, IUpdater.class)).isEqualTo(adam);
    Map<String, String> bad =
        Map.of(
            json.replace("\"beta1\"", "\"beta9\""),
            "adam: beta9 must be one of its parameters",
            json.replace("\"beta1\":0.8,", ""),
            "adam: beta1 must be a number in [0, 1) or an ISchedule",
            json.replace("0.8", "true"),
            "adam: beta1 must be a number in [0, 1) or an ISchedule",
            json.replace("\"block\":2", "\"block\":-2"),
            "placement: block must be a whole number in [0, inf), was -2");
    bad.forEach(
        (text, message) ->
            assertThatThrownBy(() -> mapper.readValue(text, IUpdater.class))
                .as(text)
                .rootCause()
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining(message));
  }

  @Test
  void javaSerializationPassesTheChecks() throws IOException, ClassNotFoundException {
    ISchedule rate = new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.1).build();
    NAdam rule = new NAdam(rate).with(NAdam.FORM, NAdam.Form.PAPER).startingAt(3, 1);
    assertThat(copied(rule)).isEqualTo(rule).isNotSameAs(rule);
    SerializedTechnique bad = new SerializedTechnique(Adam.class, Arguments.of(Adam.BETA1, 2));
    assertThatThrownBy(() -> copied(bad))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("adam: beta1 must be");
  }

  private static Object copied(Object original) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void anotherValueMakesAnotherOptimizer() {
    Adam adam = new Adam(0.01);
    assertThat(adam.with(Adam.EPSILON, 1e-4).with(Adam.BETA1, 0.5))
        .isNotEqualTo(adam)
        .hasToString(
            "Adam(learningRate=0.01, beta1=0.5, beta2=0.999, epsilon=1.0E-4, convention=torch)");
    assertThat(adam)
        .hasToString(
            "Adam(learningRate=0.01, beta1=0.9, beta2=0.999, epsilon=1.0E-8, convention=torch)");
    ParameterFilter none = (layer, name) -> false;
    AdamW adamW = new AdamW(0.01, 0.1).decaying(none).with(AdamW.BETA2, 0.9);
    assertThat(adamW.termsActOn()).isSameAs(none);
    assertThat(adamW.terms()).containsExactly(new DecoupledDecay(new FixedSchedule(0.1)));
    assertThat(adamW.updater()).isEqualTo(new Adam(0.01).with(Adam.BETA2, 0.9));
    assertThatThrownBy(() -> new SGD(0.1).with(Adam.BETA1, 0.5))
        .hasMessage("sgd: beta1 must be one of its parameters [learningRate], was 0.5");
  }

  @Test
  void whatTheTypeOfTheNetworkCannotHoldIsRefusedAtTheFirstStep() {
    UpdateRule<?> tiny = new Adam().with(Adam.EPSILON, 1e-8);
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      assertThatCode(() -> step(tiny, type)).as("%s", type).doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> step(tiny, DataType.FLOAT16))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageMatching("adam: epsilon must be a number in \\(0, inf\\), as a .* was 1.0E-8");
    assertThatCode(() -> step(tiny.with(Adam.EPSILON, 1e-3), DataType.FLOAT16))
        .doesNotThrowAnyException();

    UpdateRule<?> almostOne = new Adam().with(Adam.BETA2, 1 - 1e-9);
    assertThatCode(() -> step(almostOne, DataType.DOUBLE)).doesNotThrowAnyException();
    assertThatThrownBy(() -> step(almostOne, DataType.FLOAT))
        .hasMessageContaining("adam: beta2 must be a number in [0, 1)");
    for (double nonsense : new double[] {1e-45, 1e300}) {
      assertThatThrownBy(() -> new Adam().with(Adam.EPSILON, nonsense))
          .hasMessage(
              "adam: epsilon must be a number in (0, inf) and of a size from 1e-30 to 1e30, was "
                  + nonsense);
    }
  }

  private static void step(UpdateRule<?> rule, DataType type) {
    INDArray state = Nd4j.zeros(type, 2);
    INDArray gradient = Nd4j.zeros(type, 1);
    rule.instantiate(state, true).applyUpdater(gradient, 0, 0);
    assertThat(gradient.isNaN().any()).isFalse();
  }
}
