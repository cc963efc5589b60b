package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Bad hyperparameters are refused by constructor, builder, spec, and from outside of the host; by
 * JSON in the contract.
 */
class HyperparametersTest {

  private static Map<String, ThrowingCallable> bad() {
    Map<String, ThrowingCallable> bad = new LinkedHashMap<>();
    bad.put("sgd: learningRate must be", () -> new SGD(-1));
    bad.put("momentum: momentum must be", () -> new Momentum(0.1, 1));
    bad.put("nesterov: momentum must be", () -> new Nesterov(0.1, Double.NaN));
    bad.put("adagrad: epsilon must be", () -> AdaGrad.builder().epsilon(0).build());
    bad.put("rmsprop: rho must be", () -> RMSprop.builder().rho(1).build());
    bad.put("rmsprop: momentum must be", () -> RMSprop.builder().momentum(-0.1).build());
    bad.put("adadelta: learningRate must be", () -> new AdaDelta(Double.POSITIVE_INFINITY));
    bad.put("adam: learningRate must be", () -> new Adam((ISchedule) null));
    bad.put("adam: beta1 must be", () -> Adam.builder().beta1(1).build());
    bad.put("amsgrad: beta2 must be", () -> AMSGrad.builder().beta2(1.5).build());
    bad.put("adamax: epsilon must be", () -> AdaMax.builder().epsilon(Double.NaN).build());
    bad.put("nadam: momentumDecay must be", () -> NAdam.builder().momentumDecay(-1).build());
    bad.put("nadam: form must be", () -> NAdam.builder().form(null).build());
    bad.put("radam: learningRate must be", () -> new RAdam(Double.NaN));
    bad.put("adamw: weightDecay must be", () -> new AdamW(1e-3, -0.01));
    bad.put("adamw: decaying must be", () -> AdamW.builder().decaying(null).build());
    bad.put("adabelief: epsilon must be", () -> AdaBelief.builder().epsilon(0).build());
    bad.put(
        "yogi: initialAccumulator must be", () -> Yogi.builder().initialAccumulator(-1).build());
    bad.put("adan: beta3 must be", () -> Adan.builder().beta3(1).build());
    bad.put("lion: beta2 must be", () -> Lion.builder().beta2(1).build());
    bad.put("lamb: epsilon must be", () -> LAMB.builder().epsilon(0).build());
    bad.put("lars: learningRate must be", () -> LARS.builder().build());
    bad.put("lars: trustCoefficient must be", () -> lars().trustCoefficient(0).build());
    bad.put("lookahead: steps must be", () -> new Lookahead(new SGD(0.1), 0, 0.5));
    bad.put("lookahead: alpha must be", () -> new Lookahead(new SGD(0.1), 5, 0));
    bad.put("lookahead: optimizer must be", () -> new Lookahead(new LAMB()));
    bad.put(
        "gradient_accumulation: minibatches must be",
        () -> new GradientAccumulation(new SGD(0.1), 0));
    bad.put(
        "gradient_accumulation: optimizer must be",
        () -> new GradientAccumulation(new LARS(0.1), 2));
    return bad;
  }

  private static LARS.Builder lars() {
    return LARS.builder().learningRate(0.1);
  }

  @Test
  void constructorsAndBuildersRefuseThem() {
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
    assertThatThrownBy(() -> AdamW.builder().beta1(1).epsilon(0).weightDecay(-1).build())
        .hasMessageContaining("adamw: beta1 must be")
        .hasMessageContaining("adamw: epsilon must be")
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
        .withMessageContaining("learningRate must be")
        .withMessageContaining("-0.1 at iteration 3");
    Adam adam = Adam.builder().beta1(falls).build();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                adam.instantiate(Nd4j.create(2), true).applyUpdater(Nd4j.createFromArray(1f), 3, 0))
        .withMessageContaining("beta1 must be");
  }
}
