package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.api.Experiment;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** On the images that the program draws. */
class ExperimentsTest extends ExperimentsContract {

  ExperimentsTest() {
    super(List.of("(real images)", "(all real images)", " seeds)"));
  }

  @Test
  void everyExperimentClaimsSomething() {
    assertThat(ServiceLoader.load(Experiment.class))
        .allSatisfy(
            experiment -> assertThat(experiment.claims()).as(experiment.name()).isNotEmpty());
  }
}
