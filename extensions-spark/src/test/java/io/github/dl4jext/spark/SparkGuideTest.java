package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pom that the guide shows is the one with which the outside project is built. */
class SparkGuideTest {

  private static final Pattern XML = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsPomIsThatOfTheConsumer() throws IOException {
    String pom =
        flat(
            Files.readString(
                Path.of("../integration-tests/src/it/consumer/extensions-spark/pom.xml")));
    List<String> shown =
        XML.matcher(Files.readString(Path.of("../docs/guide/spark.md")))
            .results()
            .map((MatchResult match) -> flat(match.group(1)))
            .toList();
    assertThat(shown).hasSize(2).allSatisfy(part -> assertThat(pom).contains(part));
  }

  private static String flat(String xml) {
    return xml.replaceAll("\\s+", "");
  }
}
