package io.github.dl4jext.textbook.api;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.textbook.Main;
import io.github.dl4jext.textbook.run.Experiments;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The parts of the chapter, as the experiments name them. */
class SectionTest {

  private final List<Section> named =
      Experiments.installed(Main.class.getClassLoader()).all().stream()
          .map(experiment -> experiment.about().section())
          .toList();

  @Test
  void everyExperimentNamesItsSection() {
    assertThat(named).isNotEmpty().doesNotContain(Section.OTHER);
  }

  @Test
  void aSectionIsCalledTheSameInAllItsExperiments() {
    Map<Integer, Set<String>> headings =
        named.stream().collect(groupingBy(Section::number, mapping(Section::heading, toSet())));
    assertThat(headings.values()).allSatisfy(of -> assertThat(of).hasSize(1));
  }

  @Test
  void withoutAPlaceOrAHeadingThereIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Section(0, "Batch normalization"))
        .withMessage(
            "a section must have a number of at least 1 and a heading, was 0 \"Batch normalization\"");
    assertThatIllegalArgumentException().isThrownBy(() -> new Section(1, " "));
  }
}
