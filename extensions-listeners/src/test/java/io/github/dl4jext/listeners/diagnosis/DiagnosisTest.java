package io.github.dl4jext.listeners.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.diagnosis.PlantedFault.Plan;
import io.github.dl4jext.listeners.diagnosis.checks.DiagnosisCheck;
import io.github.dl4jext.listeners.diagnosis.checks.Finding;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

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
}
