package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.Lookahead;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class SkipIfNonFiniteTest extends PluginContract<TrainingListener> {

  private static final int BAD = 3;

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "skip_if_non_finite(maxConsecutive=3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("skip_if_non_finite(maxConsecutive=4)");
  }

  static Stream<Arguments> optimizers() {
    return Stream.<Optimizer>of(
            new SGD(0.1),
            new Momentum(0.1, 0.9),
            new Adam(0.02),
            new AdamW(0.02, 0.3),
            new Lookahead(new AdamW(0.02, 0.3), 2, 0.5))
        .flatMap(rule -> Stream.of(Type.values()).map(type -> Arguments.of(rule, type)));
  }

  /** What momentum, decay and the slow weights would do without a gradient is undone as well. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void nothingMovesInABadStep(Optimizer rule, Type type) {
    Model model = network(type, base(new Sgd(1)));
    rule.configure(model);
    SkipIfNonFinite skip = new SkipIfNonFinite();
    model.addListeners(skip);
    for (int i = 0; i < BAD; i++) {
      fit(model, batch(i));
    }
    double[] parameters = numbers(model.params());
    double[] state = state(model);
    fit(model, withNaN(batch(BAD)));
    assertThat(numbers(model.params())).isEqualTo(parameters);
    assertThat(state(model)).isEqualTo(state);
    assertThat(Network.of(model).progress().iterations()).isEqualTo(BAD + 1);
    assertThat(skip.report(model)).isEqualTo(new SkipReport(BAD + 1, 1, 1, BAD));
    fit(model, batch(BAD + 1));
    assertThat(numbers(model.params())).isNotEqualTo(parameters);
    assertThat(FiniteCheck.all(model.params())).isTrue();
    assertThat(skip.report(model)).isEqualTo(new SkipReport(BAD + 2, 1, 0, BAD));
  }

  /** Also of DL4J's own updater, in its first step, where there is no updater yet. */
  @ParameterizedTest
  @EnumSource
  void theFirstStepCanBeBad(Type type) {
    Model model = network(type, base(new Nesterovs(0.1, 0.9)));
    model.addListeners(new SkipIfNonFinite());
    double[] parameters = numbers(model.params());
    fit(model, withNaN(batch(0)));
    assertThat(numbers(model.params())).isEqualTo(parameters);
    assertThat(state(model)).containsOnly(0.0);
    Model other = network(type, base(new Nesterovs(0.1, 0.9)));
    fit(model, batch(1));
    fit(other, batch(1));
    assertThat(numbers(model.params())).isEqualTo(numbers(other.params()));
  }

  @ParameterizedTest
  @EnumSource
  void withoutBadStepsItChangesNothing(Type type) {
    Model model = network(type, base(new Nesterovs(0.1, 0.9)));
    Model other = network(type, base(new Nesterovs(0.1, 0.9)));
    SkipIfNonFinite skip = new SkipIfNonFinite();
    model.addListeners(skip);
    for (int i = 0; i < 5; i++) {
      fit(model, batch(i));
      fit(other, batch(i));
    }
    assertThat(numbers(model.params())).isEqualTo(numbers(other.params()));
    assertThat(skip.report(model)).isEqualTo(new SkipReport(5, 0, 0, -1));
    assertThat(skip.report(other).skippedShare()).isZero();
  }

  /** The step is made by the good minibatches, the bad one being zero in their mean. */
  @ParameterizedTest
  @EnumSource
  void ofAccumulatedGradientsABadOneIsZero(Type type) {
    Model model = network(type, base(new Sgd(1)));
    Model other = network(type, base(new Sgd(1)));
    new GradientAccumulation(new SGD(0.2), 2).configure(model);
    new GradientAccumulation(new SGD(0.2), 2).configure(other);
    SkipIfNonFinite skip = new SkipIfNonFinite();
    model.addListeners(skip);
    double[] start = numbers(model.params());
    fit(model, batch(0));
    fit(model, withNaN(batch(1)));
    boolean[] zero = {false};
    other.addListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model any) {
            if (zero[0]) {
              Network.of(any).gradients().assign(0);
            }
          }
        });
    fit(other, batch(0));
    zero[0] = true;
    fit(other, batch(1));
    assertThat(numbers(model.params()))
        .isNotEqualTo(start)
        .containsExactly(numbers(other.params()), within(1e-15));
    assertThat(skip.report(model).skipped()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void tooManyInARowEndTraining(Type type) {
    Model model = network(type, base(new Nesterovs(0.1, 0.9)));
    SkipIfNonFinite skip = new SkipIfNonFinite(2);
    model.addListeners(skip);
    fit(model, batch(0));
    double[] parameters = numbers(model.params());
    double[] state = state(model);
    fit(model, withNaN(batch(1)));
    fit(model, withNaN(batch(2)));
    TrainingDivergedException e =
        catchThrowableOfType(TrainingDivergedException.class, () -> fit(model, withNaN(batch(3))));
    assertThat(e)
        .hasMessage(
            "skip_if_non_finite: at most 2 steps in a row are skipped, and this is one more: the"
                + " gradient of W of layer first was NaN at iteration 3; no bad gradient was used;"
                + " lower the learning rate, or look for what is odd in the data");
    assertThat(e.layer()).isEqualTo("first");
    assertThat(e.iteration()).isEqualTo(3);
    assertThat(numbers(model.params())).isEqualTo(parameters);
    assertThat(state(model)).isEqualTo(state);
    fit(model, batch(4));
    assertThat(skip.report(model).inARow()).isZero();
  }

  @Test
  void theReportIsStoredAndFollows() {
    SkipIfNonFinite skip = new SkipIfNonFinite();
    Model model = network(Type.GRAPH, base(new Sgd(0.1)));
    model.addListeners(skip);
    fit(model, withNaN(batch(0)));
    fit(model, batch(1));
    Model now = network(Type.GRAPH, base(new Sgd(0.1)));
    SkipIfNonFinite other = new SkipIfNonFinite();
    other.loadState(Network.of(now), skip.state(Network.of(model)));
    assertThat(other.report(now)).isEqualTo(new SkipReport(2, 1, 0, 0));
    skip.follow(Network.of(model), Network.of(now));
    assertThat(skip.report(now)).isEqualTo(skip.report(model));
    assertThat(skip.report(model).skippedShare()).isEqualTo(0.5);
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static double[] state(Model model) {
    return Network.of(model)
        .updaterStateView()
        .map(SkipIfNonFiniteTest::numbers)
        .orElseGet(() -> new double[0]);
  }

  private static DataSet withNaN(DataSet batch) {
    batch.getFeatures().putScalar(0, Double.NaN);
    return batch;
  }
}
