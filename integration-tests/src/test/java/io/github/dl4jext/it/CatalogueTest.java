package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.dl4jext.network.SetByTraining;
import io.github.dl4jext.schedules.Lambda;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;

/** The catalogue is complete, and docs/catalogue.md is made of it. */
class CatalogueTest {

  private static final List<Class<?>> KINDS =
      List.of(
          IActivation.class,
          IWeightInit.class,
          Optimizer.class,
          ISchedule.class,
          LayerConstraint.class,
          IDropout.class,
          IWeightNoise.class,
          Regularization.class,
          TrainingListener.class);

  private static final Path PAGE = Path.of("..", "docs", "catalogue.md");

  @Test
  void everyTechniqueHasAProvider() {
    Set<String> made =
        Plugins.installed().all().stream()
            .map(plugin -> plugin.getClass().getEnclosingClass().getName())
            .collect(Collectors.toSet());
    List<String> techniques =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.github.dl4jext")
                .stream()
                .filter(CatalogueTest::isTechnique)
                .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                // what it makes is part of a network that it made, and not for users
                .filter(c -> !c.getPackageName().contains(".transfer."))
                // what families put around a regularization
                .filter(c -> !c.getPackageName().endsWith(".network"))
                .filter(c -> !c.getModifiers().contains(JavaModifier.ABSTRACT))
                // what training makes, of the shape of one parameter
                .filter(c -> !c.isAssignableTo(SetByTraining.class))
                // a Java function, which no spec can state
                .filter(c -> !c.isEquivalentTo(Lambda.class))
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getName)
                .toList();
    assertThat(techniques).hasSizeGreaterThan(60);
    assertThat(made).containsAll(techniques);
  }

  private static boolean isTechnique(JavaClass c) {
    return KINDS.stream().anyMatch(c::isAssignableTo);
  }

  @Test
  void everyKindThatOurArtifactsMakeExists() throws IOException {
    Properties artifacts = new Properties();
    try (InputStream in = Plugin.class.getResourceAsStream("artifacts.properties")) {
      artifacts.load(in);
    }
    assertThat(artifacts.stringPropertyNames())
        .filteredOn(kind -> !kind.startsWith("io.github.dl4jext."))
        .isNotEmpty()
        .allSatisfy(kind -> assertThat(Class.forName(kind)).isAbstract());
    for (Plugin<?> plugin : Plugins.installed().all()) {
      assertThat(artifacts).as("kind of " + plugin.name()).containsKey(plugin.kind().getName());
    }
  }

  /** Run with {@code -Dcatalogue.write} to write the page anew. */
  @Test
  void thePageInDocsIsUpToDate() throws IOException {
    String page = page();
    if (System.getProperty("catalogue.write") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/catalogue.md; write it by: mvn verify -Dcatalogue.write")
        .isEqualTo(page);
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Catalogue

            Every plugin on the class path, written by the build. Names may be spelt in any case, with `-`, `_` or neither; arguments
            are given as in `swish(beta=1.5)`.
            """);
    String kind = "";
    for (Plugin<?> plugin : Plugins.installed().all()) {
      if (!plugin.kind().getSimpleName().equals(kind)) {
        kind = plugin.kind().getSimpleName();
        page.append("\n## ").append(kind).append("\n\n");
        page.append("| name | what it does | parameters | source |\n|---|---|---|---|\n");
      }
      page.append(
          String.format(
              Locale.ROOT,
              "| `%s`%s | %s | %s | [%s](%s) |\n",
              plugin.name(),
              plugin.aliases().stream().map(a -> ", `" + a + "`").collect(Collectors.joining()),
              cell(plugin.summary()),
              plugin.parameters().stream()
                  .map(CatalogueTest::parameter)
                  .collect(Collectors.joining("<br>")),
              plugin.reference().getHost().replaceFirst("^www\\.", ""),
              plugin.reference()));
    }
    return page.toString();
  }

  private static String parameter(Parameter<?> parameter) {
    return String.format(
        "`%s`: %s; %s, %s",
        parameter.name(),
        cell(parameter.doc()),
        cell(parameter.rule()),
        parameter.otherwise().toLowerCase(Locale.ROOT));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
