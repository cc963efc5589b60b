package io.github.dl4jext.it;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A package can be read in one go and says what it is for; read from the sources of all modules.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackagesTest {

  private static final int MOST_FILES = 45;
  private static final String INFO = "package-info.java";
  private static final Path ROOT = Path.of("..");

  /** A comment with a sentence, then the package, annotated perhaps. */
  private static final Pattern DOCUMENTED =
      Pattern.compile(
          "/\\*\\*[\\s*]*\\p{Lu}.*?\\.\\s+\\*/\\s*(?:@\\w+\\s+)*package ", Pattern.DOTALL);

  /** The main files of each folder that has some. */
  private Map<Path, List<Path>> packages;

  @BeforeAll
  void readTheSources() throws IOException {
    packages = new TreeMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(PackagesTest::hasMainCode).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
          packages.putAll(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .collect(groupingBy(file -> ROOT.relativize(file.getParent()))));
        }
      }
    }
    assertThat(packages).hasSizeGreaterThan(8);
  }

  private static boolean hasMainCode(Path module) {
    return Files.isDirectory(module.resolve("src/main/java"));
  }

  @Test
  void noneHasMoreFilesThanOneCanOversee() {
    assertThat(
            packages.entrySet().stream()
                .filter(files -> files.getValue().size() > MOST_FILES)
                .map(files -> files.getKey() + " has " + files.getValue().size() + " files"))
        .as("packages of more than %d files", MOST_FILES)
        .isEmpty();
  }

  @Test
  void eachSaysWhatItIsFor() {
    assertThat(packages.keySet().stream().filter(folder -> !isDocumented(folder)))
        .as("packages without a %s that has a sentence before its package line", INFO)
        .isEmpty();
  }

  private static boolean isDocumented(Path folder) {
    Path info = ROOT.resolve(folder).resolve(INFO);
    try {
      return Files.exists(info) && DOCUMENTED.matcher(Files.readString(info)).lookingAt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
