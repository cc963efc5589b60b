package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What README and guide show is compiled and run, and their links lead somewhere. */
class DocsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");
  private static final Pattern ANCHOR = Pattern.compile("]\\((?!https?:)([^)#]*)#([^)]+)\\)");
  private static final Pattern FENCED = Pattern.compile("```.*?```", Pattern.DOTALL);
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

  /** The sections that every page of a family has, in this order; others may stand between them. */
  private static final List<String> FORM =
      List.of("Example", "Which to take", "From Keras and PyTorch", "Pitfalls", "What it costs");

  @ParameterizedTest
  @CsvSource({
    "README.md, 2",
    "docs/guide/activations.md, 2",
    "docs/guide/around-the-step.md, 2",
    "docs/guide/checkpoints.md, 2",
    "docs/guide/constraints.md, 2",
    "docs/guide/cpu.md, 2",
    "docs/guide/data.md, 1",
    "docs/guide/diagnosis.md, 2",
    "docs/guide/folding-and-pretraining.md, 5",
    "docs/guide/keras-import.md, 1",
    "docs/guide/layers.md, 3",
    "docs/guide/monte-carlo-dropout.md, 1",
    "docs/guide/optimizers.md, 1",
    "docs/guide/packaging.md, 1",
    "docs/guide/parallel.md, 1",
    "docs/guide/pruning.md, 2",
    "docs/guide/pytorch.md, 1",
    "docs/guide/regularization.md, 1",
    "docs/guide/schedules.md, 4",
    "docs/guide/tensorboard.md, 1",
    "docs/guide/transfer.md, 3"
  })
  void theSnippetsOfAPageRun(String page, int atLeast, @TempDir Path folder) throws Exception {
    List<String> snippets = snippets(page);
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(atLeast);
    for (int i = 0; i < snippets.size(); i++) {
      run(folder, "Snippet" + i, snippets.get(i));
    }
  }

  @Test
  void theProgramOfTheListenersGuideRuns(@TempDir Path folder) throws Exception {
    List<String> snippets = snippets("docs/guide/listeners.md");
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(5);
    run(folder, "Listeners", String.join("\n", snippets));
  }

  private static void run(Path folder, String name, String snippet) throws Exception {
    compile(folder, name, statements(name, snippet));
    try (URLClassLoader loader = loader(folder)) {
      Callable<?> program =
          (Callable<?>) loader.loadClass(name).getDeclaredConstructor().newInstance();
      assertThat(program.call()).isNull();
    }
  }

  @Test
  void thePluginOfTheGuideKeepsTheContract(@TempDir Path folder) throws Exception {
    for (String snippet : snippets("docs/guide/plugins.md")) {
      Matcher name = Pattern.compile("(?:class|record) (\\w+)(?: extends|\\()").matcher(snippet);
      assertThat(name.find()).isTrue();
      compile(folder, name.group(1), snippet);
    }
    Path services = folder.resolve("META-INF/services/io.github.dl4jext.spi.Plugin");
    Files.createDirectories(services.getParent());
    Files.writeString(services, "org.example.ArcTan$Provider\n");

    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = loader(folder)) {
      thread.setContextClassLoader(loader);
      Events tests =
          EngineTestKit.engine("junit-jupiter")
              .selectors(selectClass(loader.loadClass("org.example.ArcTanTest")))
              .execute()
              .testEvents();
      assertThat(tests.failed().list()).isEmpty();
      assertThat(tests.succeeded().count()).isGreaterThanOrEqualTo(30);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  static List<String> pages() throws IOException {
    try (Stream<Path> root = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> textbook = Files.list(ROOT.resolve("textbook"))) {
      return Stream.of(root, docs, textbook)
          .flatMap(files -> files)
          .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadToFiles(String page) throws IOException {
    Path file = ROOT.resolve(page);
    List<String> links =
        LINK.matcher(Files.readString(file)).results().map(link -> link.group(1)).toList();
    assertThat(links)
        .allSatisfy(link -> assertThat(file.toAbsolutePath().resolveSibling(link)).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void anchorsLeadToHeadings(String page) throws IOException {
    Path file = ROOT.resolve(page).toAbsolutePath();
    for (MatchResult link : ANCHOR.matcher(Files.readString(file)).results().toList()) {
      Path target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
      assertThat(headings(target))
          .as(link.group())
          .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", ""))
          .map(heading -> heading.replace(' ', '-'))
          .contains(link.group(2));
    }
  }

  @Test
  void aFamilysPageHasItsForm() throws IOException {
    int families = 0;
    for (String page : pages()) {
      String text = Files.readString(ROOT.resolve(page));
      if (page.startsWith("docs/guide/") && text.contains("\nArtifact")) {
        families++;
        assertThat(headings(ROOT.resolve(page))).as(page).containsSubsequence(FORM);
      }
    }
    assertThat(families).isGreaterThanOrEqualTo(18);
  }

  private static List<String> headings(Path page) throws IOException {
    String prose = FENCED.matcher(Files.readString(page)).replaceAll("");
    return HEADING.matcher(prose).results().map(heading -> heading.group(1)).toList();
  }

  /** The Java of a page, in its order. */
  static List<String> snippets(String page) throws IOException {
    return JAVA.matcher(Files.readString(ROOT.resolve(page)))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static String statements(String name, String snippet) {
    String imports =
        snippet
            .lines()
            .filter(line -> line.startsWith("import "))
            .collect(Collectors.joining("\n"));
    String body =
        snippet
            .lines()
            .filter(line -> !line.startsWith("import "))
            .collect(Collectors.joining("\n"));
    return imports
        + "\npublic class "
        + name
        + " implements java.util.concurrent.Callable<Object> {\n"
        + "public Object call() throws Exception {\n"
        + body
        + "\nreturn null;\n}\n}\n";
  }

  private static void compile(Path folder, String name, String source) {
    SimpleJavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter errors = new StringWriter();
    String classPath = System.getProperty("java.class.path");
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-cp",
            classPath + java.io.File.pathSeparator + folder);
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(errors, null, null, options, null, List.of(file))
            .call();
    assertThat(compiled).as(errors + source).isTrue();
  }

  private static URLClassLoader loader(Path folder) throws IOException {
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, DocsTest.class.getClassLoader());
  }
}
