package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The outside project of {@code src/it/consumer} has a module for each artifact that we publish.
 */
class EveryArtifactHasAConsumerTest {

  @Test
  void asTheBillOfMaterialsListsThem() throws IOException {
    Set<String> published = found("../extensions-bom/pom.xml", "artifactId");
    published.remove("extensions-bom");
    assertThat(published).hasSizeGreaterThan(10);
    assertThat(found("src/it/consumer/pom.xml", "module")).isEqualTo(published);
  }

  private static Set<String> found(String pom, String element) throws IOException {
    return Pattern.compile("<" + element + ">(extensions-[a-z-]+)</" + element + ">")
        .matcher(Files.readString(Path.of(pom)))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }
}
