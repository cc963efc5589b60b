package io.github.dl4jext.it;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A thing has one name, and DL4J's two types of network are told apart in one place. The sources
 * are read: class files have casts that nobody wrote, wherever a result is generic.
 */
class OneConceptOneNameTest {

  private static final Path ROOT = Path.of("..");
  private static final String NETWORK = "io/github/dl4jext/network/";

  /** Main files that may tell the types apart, as {@code Network.byType} does for all others. */
  private static final Set<String> EXCEPTIONS = Set.of();

  private static final Pattern NOT_CODE =
      Pattern.compile(
          "//[^\\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"", Pattern.DOTALL);
  private static final String TYPES = "(?:MultiLayerNetwork|ComputationGraph)\\b";
  private static final Pattern TOLD_APART =
      Pattern.compile(
          "instanceof\\s+(?:final\\s+)?"
              + TYPES
              + "|\\(\\s*"
              + TYPES
              + "\\s*\\)\\s*[\\w(]|case\\s+"
              + TYPES
              + "|"
              + TYPES
              + "\\s*\\.\\s*class\\s*(?:\\.\\s*(?:isInstance|cast)|::\\s*(?:isInstance|cast))");

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.sorted().toList()) {
        for (String folder : List.of("src/main/java")) {
          Path main = module.resolve(folder);
          if (Files.isDirectory(main)) {
            try (Stream<Path> files = Files.walk(main)) {
              files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
          }
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(250);
    return sources;
  }

  @Test
  void theTypesOfNetworkAreToldApartInOnePlace() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path source : sources()) {
      String file = ROOT.relativize(source).toString().replace('\\', '/');
      if (!file.contains(NETWORK) && !EXCEPTIONS.contains(file)) {
        toldApart(Files.readString(source)).forEach(code -> found.add(file + ": " + code));
      }
    }
    assertThat(found).as("casts and checks; use Network, or Network.byType").isEmpty();
  }

  private static List<String> toldApart(String source) {
    Matcher matcher = TOLD_APART.matcher(NOT_CODE.matcher(source).replaceAll(" "));
    return matcher.results().map(result -> result.group()).toList();
  }

  @Test
  void castsAndChecksAreFound() {
    assertThat(toldApart("if (m instanceof MultiLayerNetwork net) {")).hasSize(1);
    assertThat(toldApart("((ComputationGraph) model).fit(d)")).hasSize(1);
    assertThat(toldApart("case ComputationGraph graph -> 1;")).hasSize(1);
    assertThat(toldApart("MultiLayerNetwork.class.isInstance(m)")).hasSize(1);
    assertThat(toldApart("// (ComputationGraph) model\n/* instanceof ComputationGraph */"))
        .isEmpty();
    assertThat(toldApart("\"was \\\" instanceof ComputationGraph\"")).isEmpty();
    assertThat(toldApart("void fit(MultiLayerNetwork net) { new MultiLayerNetwork(conf); }"))
        .isEmpty();
    assertThat(toldApart("(MultiLayerConfiguration) conf")).isEmpty();
  }

  @Test
  void noTwoClassesHaveOneName() throws IOException {
    Map<String, List<String>> byName =
        sources().stream()
            .filter(source -> !source.endsWith("package-info.java"))
            .collect(
                groupingBy(
                    source -> source.getFileName().toString(),
                    TreeMap::new,
                    mapping(source -> ROOT.relativize(source).toString(), toList())));
    byName.values().removeIf(files -> files.size() == 1);
    assertThat(byName).isEmpty();
  }
}
