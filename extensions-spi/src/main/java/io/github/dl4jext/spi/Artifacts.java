package io.github.dl4jext.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** Which of our artifacts make which kind; for the message that a name is not known. */
final class Artifacts {

  private static final String GROUP = "io.github.dl4jext";

  private Artifacts() {}

  static List<String> missing(Class<?> kind, List<Plugin<?>> present) {
    return Arrays.stream(byKind().getProperty(kind.getName(), "").split(","))
        .map(String::trim)
        .filter(artifact -> !artifact.isEmpty())
        .filter(artifact -> present.stream().noneMatch(plugin -> comesFrom(artifact, plugin)))
        .map(artifact -> GROUP + ":" + artifact)
        .toList();
  }

  /** extensions-schedules holds the package io.github.dl4jext.schedules. */
  private static boolean comesFrom(String artifact, Plugin<?> plugin) {
    String family = artifact.substring("extensions-".length());
    return plugin.getClass().getName().startsWith(GROUP + "." + family + ".");
  }

  private static Properties byKind() {
    Properties properties = new Properties();
    try (InputStream in = Artifacts.class.getResourceAsStream("artifacts.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
