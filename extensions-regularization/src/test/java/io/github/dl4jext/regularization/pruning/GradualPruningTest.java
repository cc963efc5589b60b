package io.github.dl4jext.regularization.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.regularization.GoldenFile;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.shade.jackson.databind.JsonNode;

class GradualPruningTest extends PluginContract<TrainingListener> {

  private static final JsonNode GOLDEN = GoldenFile.read("pruning");

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return spec(0.8, 10, 50, 0.1, 5, 2, "l2_structured");
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        spec(0.7, 10, 50, 0.1, 5, 2, "l2_structured"),
        spec(0.8, 11, 50, 0.1, 5, 2, "l2_structured"),
        spec(0.8, 10, 51, 0.1, 5, 2, "l2_structured"),
        spec(0.8, 10, 50, 0.2, 5, 2, "l2_structured"),
        spec(0.8, 10, 50, 0.1, 6, 2, "l2_structured"),
        spec(0.8, 10, 50, 0.1, 5, 3, "l2_structured"),
        spec(0.8, 10, 50, 0.1, 5, 2, "l1_structured"));
  }

  private static String spec(
      double last, int begin, int end, double first, int every, double power, String method) {
    return "gradual_pruning(finalSparsity="
        + last
        + ", beginStep="
        + begin
        + ", endStep="
        + end
        + ", initialSparsity="
        + first
        + ", frequency="
        + every
        + ", power="
        + power
        + ", method="
        + method
        + ")";
  }

  @Test
  void theShareIsThatOfZhuAndGupta() {
    GradualPruning pruning =
        new GradualPruning(0.85, 100, 500).with(GradualPruning.INITIAL_SPARSITY, 0.1);
    for (int i = 0; i < GOLDEN.get("steps").size(); i++) {
      assertThat(pruning.sparsityAt(GOLDEN.get("steps").get(i).asInt()))
          .isCloseTo(GOLDEN.get("cubic").get(i).asDouble(), within(1e-15));
    }
    assertThat(pruning.sparsityAt(99)).isZero();
    assertThat(pruning.sparsityAt(Integer.MAX_VALUE)).isEqualTo(0.85);
    assertThat(new GradualPruning(0.8, 0, 100).sparsityAt(50)).isCloseTo(0.7, within(1e-15));
  }

  private static GradualPruning every2() {
    return new GradualPruning(0.75, 3, 8)
        .with(GradualPruning.FREQUENCY, 2)
        .with(GradualPruning.METHOD, PruningMethod.GLOBAL_L1_UNSTRUCTURED);
  }

  /** Steps 3, 5, 7, and 8, which is not a multiple of 2 further. */
  @ParameterizedTest
  @EnumSource
  void prunesAtItsStepsAndThenNoMore(Type type) {
    Model model = Trainings.network(type, Trainings.base(new Nesterovs(0.1, 0.9)));
    GradualPruning pruning = every2();
    model.setListeners(pruning);
    long weights = Sparsity.of(model).total().weights();
    double expected = 0;
    for (int step = 1; step <= 12; step++) {
      Trainings.fit(model, Trainings.batch(step));
      if (List.of(3, 5, 7, 8).contains(step)) {
        expected = Math.rint(pruning.sparsityAt(step) * weights);
      }
      assertThat(Sparsity.of(model).total().zeros()).as("step %d", step).isEqualTo((long) expected);
    }
    assertThat(Sparsity.of(model).total().share()).isEqualTo(0.75);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnBitByBit(Type type) {
    for (int saved = 1; saved < 10; saved++) {
      Model model = Trainings.network(type, Trainings.base(new Nesterovs(0.1, 0.9)));
      GradualPruning before = every2();
      model.setListeners(before);
      for (int step = 0; step < saved; step++) {
        Trainings.fit(model, Trainings.batch(step));
      }
      Model restored = Trainings.saveAndRestore(model);
      GradualPruning after = every2();
      after.loadState(Network.of(restored), before.state(Network.of(model)));
      restored.setListeners(after);
      for (int step = saved; step < 11; step++) {
        Trainings.fit(model, Trainings.batch(step));
        Trainings.fit(restored, Trainings.batch(step));
      }
      assertThat(PruningMask.numbers(restored.params()))
          .as("saved after %d", saved)
          .isEqualTo(PruningMask.numbers(model.params()));
      assertThat(Trainings.json(restored)).isEqualTo(Trainings.json(model));
    }
  }

  /** As workers of one training have it: the second gets the masks of the first. */
  @Test
  void networksThatTrainTogetherAreMaskedAlike() {
    Model one = Trainings.network(Type.MULTI_LAYER, Trainings.base(new Nesterovs(0.1, 0.9)));
    Model other = Trainings.network(Type.MULTI_LAYER, Trainings.base(new Nesterovs(0.1, 0.9)));
    other.params().muli(-0.5);
    GradualPruning pruning = every2();
    one.setListeners(pruning);
    other.setListeners(pruning);
    for (int step = 0; step < 9; step++) {
      Trainings.fit(one, Trainings.batch(step));
      Trainings.fit(other, Trainings.batch(100 + step));
    }
    assertThat(masks(other)).isEqualTo(masks(one)).isNotEmpty();
    pruning.reset();
    Model third = Trainings.network(Type.MULTI_LAYER, Trainings.base(new Nesterovs(0.1, 0.9)));
    third.params().addi(1);
    third.setListeners(pruning);
    for (int step = 0; step < 9; step++) {
      Trainings.fit(third, Trainings.batch(step));
    }
    assertThat(masks(third)).isNotEqualTo(masks(one)).hasSameSizeAs(masks(one));
  }

  @Test
  void afterAResetTheSameNetworkIsPrunedAgain() {
    Model model = Trainings.network(Type.MULTI_LAYER, Trainings.base(new Nesterovs(0.1, 0.9)));
    GradualPruning pruning = every2();
    model.setListeners(pruning);
    for (int step = 0; step < 9; step++) {
      Trainings.fit(model, Trainings.batch(step));
    }
    int pruned = masks(model).size();
    Pruning.remove(model);
    Trainings.fit(model, Trainings.batch(9));
    assertThat(masks(model)).isEmpty(); // no pruning is due after the last
    pruning.reset();
    Trainings.fit(model, Trainings.batch(10));
    assertThat(masks(model)).hasSize(pruned);
  }

  private static List<PruningMask> masks(Model model) {
    return Network.of(model).slots().stream().flatMap(s -> Masks.present(s).stream()).toList();
  }

  @Test
  void prunesOnlyTheLayersChosen() {
    Model model = Trainings.network(Type.GRAPH, Trainings.base(new Nesterovs(0.1, 0.9)));
    model.setListeners(every2().on(LayerSelector.named("first")));
    for (int step = 0; step < 9; step++) {
      Trainings.fit(model, Trainings.batch(step));
    }
    assertThat(Sparsity.of(model).layer("first").share()).isEqualTo(0.75);
    assertThat(Sparsity.of(model).layer("last").zeros()).isZero();
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new GradualPruning(0.5, 10, 10))
        .hasMessageContaining("endStep must be more than beginStep, which is 10, was 10");
    assertThatThrownBy(
            () -> new GradualPruning(0.5, 1, 10).with(GradualPruning.INITIAL_SPARSITY, 0.6))
        .hasMessageContaining("initialSparsity must be at most finalSparsity, which is 0.5");
    Model model = Trainings.network(Type.GRAPH, Trainings.base(new Nesterovs(0.1, 0.9)));
    assertThatThrownBy(
            () ->
                every2()
                    .loadState(
                        Network.of(model), new GradualPruning(0.5, 1, 10).state(Network.of(model))))
        .hasMessageContaining("resumeFrom must be given a listener like GradualPruning");
  }
}
