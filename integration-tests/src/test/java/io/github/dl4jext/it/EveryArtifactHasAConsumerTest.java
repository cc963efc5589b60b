package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The outside project of {@code src/it/consumer} has a module for each artifact that we publish.
 */
class EveryArtifactHasAConsumerTest {

  @Test
  void asThePublishedModulesAreListed() throws IOException {
    Set<String> published = found("../pom.xml", "module");
    published.remove("extensions-bom"); // each of the others imports it
    assertThat(published).hasSizeGreaterThan(10);
    assertThat(found("src/it/consumer/pom.xml", "module")).isEqualTo(published);
  }

  @Test
  void theBillOfMaterialsHasAllThatAreNotImportedThemselves() throws IOException {
    Set<String> published = found("../pom.xml", "module");
    published.remove("extensions-cpu-natives");
    assertThat(found("../extensions-bom/pom.xml", "artifactId")).isEqualTo(published);
  }

  @Test
  void theNewerOpenBlasIsThatOfTheProfileThatTriesIt() throws IOException {
    assertThat(versions("../extensions-cpu-natives/pom.xml"))
        .hasSize(2)
        .isEqualTo(
            versions("../pom.xml").stream()
                .skip(2) // the first two are DL4J's
                .toList());
  }

  private static List<String> versions(String pom) throws IOException {
    return Pattern.compile("<(javacpp|openblas)\\.version>.*</\\1\\.version>")
        .matcher(Files.readString(Path.of(pom)))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private static Set<String> found(String pom, String element) throws IOException {
    return Pattern.compile("<" + element + ">(extensions-[a-z-]+)</" + element + ">")
        .matcher(Files.readString(Path.of(pom)))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }
}
