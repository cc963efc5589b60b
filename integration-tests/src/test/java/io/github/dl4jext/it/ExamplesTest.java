package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The program for JBang and the notebook do what they say, as a Java kernel would run them. */
class ExamplesTest {

  private static final Path ROOT = Path.of("..");
  private static final Path EXAMPLES = ROOT.resolve("examples");

  private static String words(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /** The README's own program is run by {@link DocsTest}. */
  @Test
  void theProgramForJBangIsTheReadmes() throws IOException {
    String program = Files.readString(EXAMPLES.resolve("QuickStart.java"));
    String version =
        Files.readString(ROOT.resolve("pom.xml")).split("<version>", 2)[1].split("<", 2)[0];
    assertThat(program).contains("//DEPS io.github.dl4jext:extensions-bom:" + version + "@pom\n");
    int begin = program.indexOf("import ");
    int method = program.indexOf("public class QuickStart");
    String statements = program.substring(program.indexOf("arguments) {") + 12);
    assertThat(words(program.substring(begin, method)) + " " + words(statements))
        .isEqualTo(words(DocsTest.snippets("README.md").get(0)) + " } }");
  }

  /** All cells but the first, which is for the kernel. */
  private static List<String> cells() throws IOException {
    JsonNode notebook = new ObjectMapper().readTree(EXAMPLES.resolve("chapter11.ipynb").toFile());
    List<String> cells = new ArrayList<>();
    for (JsonNode cell : notebook.get("cells")) {
      if (cell.get("cell_type").asText().equals("code")) {
        StringBuilder source = new StringBuilder();
        cell.get("source").forEach(line -> source.append(line.asText()));
        cells.add(source.toString());
      }
      assertThat(cell.path("outputs")).isEmpty();
    }
    assertThat(cells.get(0).lines()).allMatch(line -> line.startsWith("%dependency "));
    return cells.subList(1, cells.size());
  }

  @Test
  void theNotebookRuns() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .forEach(shell::addToClasspath);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      for (String cell : cells()) {
        run(shell, cell);
      }
    } finally {
      System.setOut(out);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    Matcher accuracy =
        Pattern.compile("accuracy ([0-9.]+), of the average ([0-9.]+)").matcher(text);
    assertThat(accuracy.find()).as(text).isTrue();
    assertThat(Double.parseDouble(accuracy.group(1))).isGreaterThan(0.97);
    assertThat(Double.parseDouble(accuracy.group(2))).isGreaterThan(0.97);
    Matcher loss = Pattern.compile("loss of the new task ([0-9.E-]+)").matcher(text);
    assertThat(loss.find()).as(text).isTrue();
    assertThat(Double.parseDouble(loss.group(1))).isLessThan(0.2);
  }

  private static void run(JShell shell, String cell) {
    String rest = cell;
    while (!rest.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        assertThat(event.exception()).as(next.source()).isNull();
        assertThat(event.status())
            .as(
                next.source()
                    + shell
                        .diagnostics(event.snippet())
                        .map(problem -> problem.getMessage(null))
                        .collect(Collectors.joining("\n")))
            .isEqualTo(Snippet.Status.VALID);
      }
      rest = next.remaining();
    }
  }
}
