package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.listeners.progress.ProgressBar;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars as a user gets them. Skipped where the build runs on folders of classes, as IDEs do. */
class PackagedJarsTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        Plugin.class,
        Network.class,
        PluginContract.class,
        Mish.class,
        ProgressBar.class,
        MonteCarloDropout.class,
        Freezing.class,
        LineChart.class
      })
  void nameTheirModuleAndVersion(Class<?> inside) throws IOException, URISyntaxException {
    try (JarFile jar = jar(inside)) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Automatic-Module-Name")).isEqualTo(family(inside));
      assertThat(manifest.getValue("Implementation-Version")).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Mish.class, ProgressBar.class})
  void listTheirProviders(Class<?> inside) throws IOException, URISyntaxException {
    try (JarFile jar = jar(inside)) {
      String services =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/services/" + Plugin.class.getName()))
                  .readAllBytes(),
              java.nio.charset.StandardCharsets.UTF_8);
      assertThat(services).contains(inside.getName() + "$Provider");
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Plugin.class,
        Network.class,
        PluginContract.class,
        Mish.class,
        ProgressBar.class,
        MonteCarloDropout.class,
        Freezing.class,
        LineChart.class
      })
  void comeWithSourcesJavadocAndLicence(Class<?> inside) throws IOException, URISyntaxException {
    try (JarFile jar = jar(inside)) {
      String stem = jar.getName().replaceFirst("\\.jar$", "");
      try (JarFile sources = new JarFile(stem + "-sources.jar");
          JarFile javadoc = new JarFile(stem + "-javadoc.jar")) {
        String path = inside.getName().replace('.', '/');
        assertThat(sources.getEntry(path + ".java")).isNotNull();
        assertThat(javadoc.getEntry(path + ".html")).isNotNull();
        for (JarFile published : List.of(jar, sources)) {
          assertThat(published.getEntry("META-INF/LICENSE")).isNotNull();
          assertThat(published.getEntry("META-INF/NOTICE")).isNotNull();
        }
      }
    }
  }

  /** The family's package, whichever of its rooms the class is in. */
  private static String family(Class<?> inside) {
    return inside.getPackageName().replaceFirst("^(io\\.github\\.dl4jext\\.\\w+).*", "$1");
  }

  private static JarFile jar(Class<?> inside) throws IOException, URISyntaxException {
    File file = new File(inside.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(file.isFile(), () -> file + " is not a jar: run mvn verify");
    return new JarFile(file);
  }
}
