package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * ND4J's {@code equals} lets differences of 1e-5 pass: a test that asks it takes two trainings for
 * the same that are not, and a step of AdaDelta for none.
 */
class ArraysAreComparedExactlyTest {

  private static final Pattern BY_EQUALS =
      Pattern.compile(
          "assertThat\\([^;]*?(?:params\\(\\)|[pP]arameters\\(\\)|getParam\\([^()]*\\))\\)"
              + "(?:\\s*\\.as\\([^;]*?\\))?\\s*\\.is(?:Not)?EqualTo\\(");

  @Test
  void noTestComparesParametersByEquals() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file :
          files
              .filter(each -> each.toString().matches(".*src/(test|main)/java/.*\\.java"))
              .toList()) {
        BY_EQUALS
            .matcher(Files.readString(file))
            .results()
            .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
      }
    }
    assertThat(found).as("use params().toDoubleVector()").isEmpty();
  }
}
