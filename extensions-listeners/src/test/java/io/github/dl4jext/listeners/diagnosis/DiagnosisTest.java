package io.github.dl4jext.listeners.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.diagnosis.PlantedFault.Plan;
import io.github.dl4jext.listeners.diagnosis.checks.DiagnosisCheck;
import io.github.dl4jext.listeners.diagnosis.checks.Finding;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class DiagnosisTest extends PluginContract<TrainingListener> {

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "diagnosis(everySteps=7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("diagnosis(everySteps=8)");
  }

  static Stream<Arguments> faults() {
    return Arrays.stream(PlantedFault.values())
        .flatMap(
            fault ->
                everywhere()
                    .filter(where -> where.type == Type.GRAPH || !fault.plan().skip)
                    .map(where -> Arguments.of(fault, where.type, where.dataType)));
  }

  record Where(Type type, DataType dataType) {}

  static Stream<Where> everywhere() {
    return Arrays.stream(Type.values())
        .flatMap(
            type ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE)
                    .map(dataType -> new Where(type, dataType)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aPlantedFaultIsFound(PlantedFault fault, Type type, DataType dataType) {
    Plan plan = fault.plan();
    Model network = plan.network(type, dataType);
    List<Finding> findings = find(plan, network);
    String name = fault.name().toLowerCase(Locale.ROOT);
    assertThat(findings)
        .as("%s", findings)
        .filteredOn(finding -> finding.check().equals(name))
        .anySatisfy(
            finding -> {
              assertThat(finding.layer()).isEqualTo(fault.layer);
              assertThat(finding.index()).isEqualTo(Network.of(network).node(fault.layer).index());
              assertThat(finding.figure()).isNotEqualTo(finding.limit());
            });
  }

  private static List<Finding> find(Plan plan, Model network) {
    if (plan.steps == 0) {
      return Diagnosis.check(network, plan.batch(0));
    }
    Diagnosis diagnosis = new Diagnosis(1);
    network.setListeners(diagnosis);
    IntStream.range(0, plan.steps).forEach(i -> Network.of(network).fit(plan.batch(i)));
    assertThat(diagnosis.examinedSteps()).isEqualTo(plan.steps);
    return diagnosis.findings();
  }

  static Stream<Arguments> healthy() {
    return PlantedFault.HEALTHY.stream()
        .flatMap(plan -> everywhere().map(where -> Arguments.of(plan, where.type, where.dataType)));
  }

  @ParameterizedTest
  @MethodSource("healthy")
  void withoutAFaultNothingIsFound(Consumer<Plan> change, Type type, DataType dataType) {
    Plan plan = new Plan();
    change.accept(plan);
    assertThat(find(plan, plan.network(type, dataType))).isEmpty();
  }

  @Test
  void eachCheckHasItsFault() {
    assertThat(DiagnosisCheck.all())
        .extracting(DiagnosisCheck::name)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(PlantedFault.values())
                .map(fault -> fault.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  /** With running statistics, dropout that draws from ND4J's generator, and an updater's state. */
  @ParameterizedTest
  @MethodSource("everywhere")
  void trainingIsNotChangedByIt(Where where) {
    Model plain = trained(where, List.of());
    double[] withoutIt = numbers(plain);
    RandomState random = RandomState.current();
    Diagnosis diagnosis = new Diagnosis(1);
    assertThat(numbers(trained(where, List.of(diagnosis)))).containsExactly(withoutIt);
    assertThat(RandomState.current()).isEqualTo(random);
    assertThat(diagnosis.examinedSteps()).isEqualTo(4);
  }

  private static Model trained(Where where, List<TrainingListener> listeners) {
    Plan plan = randomised();
    Model network = plan.network(where.type, where.dataType);
    Network.of(network).setListeners(listeners);
    Nd4j.getRandom().setSeed(9);
    IntStream.range(0, 4).forEach(i -> Network.of(network).fit(plan.batch(i)));
    return network;
  }

  private static Plan randomised() {
    return new Plan()
        .hidden("b", b -> b.dropOut(new Dropout(0.5)))
        .behind("a", new BatchNormalization.Builder().name("norm"));
  }

  private static double[] numbers(Model network) {
    INDArray state = Network.of(network).updaterStateView().orElseThrow();
    return DoubleStream.concat(
            Arrays.stream(network.params().dup('c').data().asDouble()),
            Arrays.stream(state.dup('c').data().asDouble()))
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void theCallLeavesTheNetworkAsItWas(Where where) {
    Model network = trained(where, List.of());
    double[] before = numbers(network);
    RandomState random = RandomState.current();
    Diagnosis.check(network, randomised().batch(7));
    assertThat(numbers(network)).containsExactly(before);
    assertThat(RandomState.current()).isEqualTo(random);
    assertThat(Network.of(network).progress().iterations()).isEqualTo(4);
    assertThat(Network.of(network).listeners()).isEmpty();
  }

  @Test
  void aFaultIsToldOnceAndOnlyInStepsThatAreDue() {
    Plan plan = PlantedFault.UNSCALED_INPUTS.plan();
    Model network = plan.network(Type.GRAPH, DataType.FLOAT);
    Diagnosis diagnosis = new Diagnosis(3);
    Network.of(network).setListeners(List.of(diagnosis));
    IntStream.range(0, 7).forEach(i -> Network.of(network).fit(plan.batch(i)));
    assertThat(diagnosis.examinedSteps()).isEqualTo(3);
    assertThat(diagnosis.findings()).extracting(Finding::check).containsOnlyOnce("unscaled_inputs");
    assertThat(diagnosis.report())
        .containsPattern("layer 0 \"a\" +unscaled_inputs +0 .*docs/guide/layers.md")
        .endsWith("3 steps were examined\n");
  }

  /** A step that is not due is looked at if its loss is NaN, also where training ends by that. */
  @ParameterizedTest
  @EnumSource(Type.class)
  void aLossThatIsNotFiniteIsFoundAtOnce(Type type) {
    Model network = new Plan().network(type, DataType.FLOAT);
    Diagnosis diagnosis = new Diagnosis(1000);
    Network.of(network).setListeners(List.of(diagnosis, new StopOnNaN()));
    Network.of(network).fit(new Plan().batch(0));
    Network.of(network).fit(new Plan().batch(1));
    assertThat(diagnosis.findings()).isEmpty();
    Plan broken = PlantedFault.NON_FINITE_LOSS.plan();
    assertThatThrownBy(() -> Network.of(network).fit(broken.batch(2)))
        .isInstanceOf(TrainingDivergedException.class);
    assertThat(diagnosis.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.check()).isEqualTo("non_finite_loss");
              assertThat(finding.layer()).isEqualTo("a");
              assertThat(finding.iteration()).isEqualTo(2);
            });
  }

  /** What is planted in a layer that does not learn is not found by its gradient or its rate. */
  @ParameterizedTest
  @EnumSource(Type.class)
  void frozenLayersAreNotJudgedByWhatTheyDoNotDo(Type type) {
    Plan plan = new Plan().hidden("b", b -> b.l2Bias(1e-3)).steps(5);
    plan.updater = new Sgd(1e-9);
    Model network =
        NetworkCopy.from(plan.network(type, DataType.DOUBLE))
            .changing(
                configuration ->
                    configuration.nodes().stream()
                        .filter(node -> !node.isOutput())
                        .forEach(
                            node ->
                                configuration.replaceLayer(
                                    node, new FrozenLayer(node.layer().orElseThrow()))))
            .build();
    assertThat(find(plan, network))
        .extracting(finding -> finding.check() + " " + finding.layer())
        .containsExactly("rate_too_low out");
  }

  @ParameterizedTest
  @EnumSource(OtherNetworks.class)
  void otherLayersAreExaminedAndHealthy(OtherNetworks kind) {
    Diagnosis diagnosis = new Diagnosis(1);
    Model network = kind.network();
    Network.of(network).setListeners(List.of(diagnosis));
    IntStream.range(0, 3).forEach(i -> Network.of(network).fit(kind.batch(i)));
    assertThat(diagnosis.examinedSteps()).isGreaterThanOrEqualTo(3);
    assertThat(diagnosis.findings()).isEmpty();
    assertThat(Diagnosis.check(network, kind.batch(4))).isEmpty();
  }
}
