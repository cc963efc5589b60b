package io.github.dl4jext.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Knows which of our artifacts make which kind, and that they must be of one version. */
final class Artifacts {

  private static final String GROUP = "io.github.dl4jext";

  private Artifacts() {}

  /**
   * What to change in the build, so that plugins of a kind are found; empty if our artifact's are,
   * or if it makes no plugins of the kind.
   */
  static String advice(Class<?> kind, List<Plugin<?>> present) {
    String place = byKind().getProperty(kind.getName(), "");
    String family = place.replaceFirst("\\..*", "");
    String prefix = GROUP + "." + family + ".";
    if (place.isEmpty()
        || present.stream().anyMatch(plugin -> plugin.getClass().getName().startsWith(prefix))) {
      return "";
    }
    String artifact = GROUP + ":" + artifact(family);
    return isVisible(GROUP + "." + place)
        ? "; the classes of "
            + artifact
            + " are there, but no META-INF/services/"
            + Plugin.class.getName()
            + " lists their plugins: a build that puts jars into one must merge these files, as"
            + " maven-shade-plugin's ServicesResourceTransformer does"
        : "; this kind is made by " + artifact + ", which is not on the class path";
  }

  private static String artifact(String family) {
    return "extensions-" + family;
  }

  /**
   * Refuses modules of different versions, since Java would take some classes from one version and
   * some from another.
   */
  static void requireOneVersion(ClassLoader loader, List<Plugin<?>> plugins) {
    Map<String, String> placesByVersion = new TreeMap<>();
    plugins.stream()
        .map(plugin -> plugin.getClass().getName())
        .filter(name -> name.startsWith(GROUP + "."))
        .map(name -> name.substring(GROUP.length() + 1).replaceFirst("\\..*", ""))
        .distinct()
        .map(Artifacts::artifact)
        .forEach(artifact -> addVersions(artifact, loader, placesByVersion));
    addVersions(artifact("spi"), loader, placesByVersion);
    addVersions(artifact("network"), loader, placesByVersion);
    if (placesByVersion.size() > 1) {
      throw new PluginLoadException(
          "two versions of DL4J Extensions are on the class path: "
              + placesByVersion
              + "; take one, by importing extensions-bom into your dependencyManagement",
          null);
    }
  }

  private static void addVersions(
      String artifact, ClassLoader loader, Map<String, String> placesByVersion) {
    try {
      String file = "META-INF/maven/" + GROUP + "/" + artifact + "/pom.properties";
      for (URL place : Collections.list(loader.getResources(file))) {
        try (InputStream in = place.openStream()) {
          Properties descriptor = new Properties();
          descriptor.load(in);
          placesByVersion.putIfAbsent(descriptor.getProperty("version", ""), place.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isVisible(String packageName) {
    String file = packageName.replace('.', '/') + "/package-info.class";
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return Artifacts.class.getResource("/" + file) != null
        || (context != null && context.getResource(file) != null);
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
