package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.report.CliException;
import io.github.dl4jext.textbook.report.NumberText;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TextbookCommandTest {

  private final Console console =
      new Console(
          new FakeExperiment("a-long-name", context -> {}), new FakeExperiment("a", context -> {}));

  @Test
  void listsTheExperimentsBySectionAndName() {
    Console sections =
        new Console(
            new FakeExperiment("z", context -> {}).in(2, "First steps"),
            new FakeExperiment("a", context -> {}),
            new FakeExperiment("b", context -> {}).in(10, "Last steps"),
            new FakeExperiment("a-long-name", context -> {}).in(2, "First steps"));
    assertThat(sections.run("list")).isZero();
    assertThat(sections.out().lines())
        .containsExactly(
            "First steps",
            "  a-long-name  90 s  shows a-long-name",
            "  z            90 s  shows z",
            "",
            "Last steps",
            "  b            90 s  shows b",
            "",
            "Further experiments",
            "  a            90 s  shows a",
            "",
            "There are 4 experiments; one after the other they take about 6 min.");
  }

  @Test
  void listsThePluginsWithTheirParameters() {
    assertThat(console.run("plugins")).isZero();
    assertThat(console.out())
        .contains("IActivation", "  swish (also silu): ", "TrainingListener", "  progress_bar: ")
        .contains("    secondsPerLine: a number in (0, inf), default 10.0; seconds between")
        .contains("    display: ", ", default auto; ");
  }

  @Test
  void listsThePluginsOfOneKindInAnyCase() {
    assertThat(console.run("plugins", "traininglistener")).isZero();
    assertThat(console.out()).contains("progress_bar").doesNotContain("swish");
  }

  @Test
  void anUnknownKindIsAnsweredWithTheKinds() {
    assertThat(console.run("plugins", "activation")).isEqualTo(2);
    assertThat(console.err())
        .startsWith("no plugin makes a \"activation\"; the kinds are ")
        .contains("IActivation, ", "TrainingListener");
  }

  @Test
  void nothingToDoIsMisuse() {
    assertThat(console.run()).isEqualTo(2);
    assertThat(console.err())
        .contains("list, plugins, run or lr-find", "--help")
        .doesNotContain("\tat ");
  }

  @Test
  void anUnknownCommandIsAnsweredWithTheCommands() {
    assertThat(console.run("bogus")).isEqualTo(2);
    assertThat(console.err())
        .contains("'bogus'; give one of the commands list, plugins, run or lr-find");
    assertThat(console.run("list", "bogus")).isEqualTo(2);
    assertThat(console.err()).contains("'bogus'" + System.lineSeparator());
  }

  @Test
  void helpNamesTheOptionsAndTheirDefaults() {
    assertThat(console.run("run", "--help")).isZero();
    assertThat(console.out())
        .contains("--data", "--only", "--seeds", "textbook-report", "embedded");
  }

  @Test
  void everyLineOfTheHelpIsASentence() {
    CommandLine program =
        TextbookCommand.commandLine(() -> new Experiments(List.of()), any -> null, Console.class);
    List<CommandLine> commands = new ArrayList<>(program.getSubcommands().values());
    commands.add(program);
    assertThat(commands)
        .hasSizeGreaterThan(4)
        .allSatisfy(
            command -> {
              List<String> texts =
                  new ArrayList<>(List.of(command.getCommandSpec().usageMessage().description()));
              command
                  .getCommandSpec()
                  .args()
                  .forEach(option -> texts.add(String.join(" ", option.description())));
              assertThat(texts).allMatch(text -> text.matches("[A-Z][a-z].*[.]"));
            });
  }

  @Test
  void twoExperimentsOfOneNameAreRefused() {
    Console twins =
        new Console(
            new FakeExperiment("twin", context -> {}), new FakeExperiment("twin", context -> {}));
    assertThat(twins.run("list")).isEqualTo(2);
    assertThat(twins.err()).contains("two experiments are named twin");
  }

  @Test
  void experimentsAreFoundAsServices(@TempDir Path folder) throws IOException {
    try (URLClassLoader loader = loader(folder, Found.class.getName())) {
      assertThat(Experiments.installed(loader).all())
          .extracting(Experiment::name)
          .contains("found-as-a-service");
    }
  }

  @Test
  void anExperimentThatCannotBeLoadedIsNamed(@TempDir Path folder) throws IOException {
    try (URLClassLoader loader = loader(folder, "no.such.Experiment")) {
      assertThatThrownBy(() -> Experiments.installed(loader))
          .isInstanceOf(CliException.class)
          .hasMessageContaining("no.such.Experiment");
    }
  }

  @Test
  void numbersKeepFourDigits() {
    assertThat(NumberText.text(0.123456)).isEqualTo("0.1235");
    assertThat(NumberText.text(12345)).isEqualTo("12345");
    assertThat(NumberText.text(-0.00001234567)).isEqualTo("-0.00001235");
    assertThat(NumberText.text(1.23456e-9)).isEqualTo("1.235E-9");
    assertThat(NumberText.text(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    assertThat(NumberText.text(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(NumberText.text(Duration.ofSeconds(150))).isEqualTo("3 min");
  }

  private static URLClassLoader loader(Path folder, String provider) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(Experiment.class.getName()), provider);
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, TextbookCommandTest.class.getClassLoader());
  }

  /** Listed by a test as a service. */
  public static final class Found implements Experiment {

    /** Called by the service loader. */
    public Found() {}

    @Override
    public About about() {
      return new About("found-as-a-service", "that it is found", Duration.ofSeconds(1), 1);
    }

    @Override
    public void run(Context context) {
      throw new AssertionError("never run");
    }
  }
}
