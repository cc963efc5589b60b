package com.example.checks;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * States what each published artifact keeps in somebody else's build. A subclass uses the artifact
 * for something real.
 */
public abstract class ArtifactContract {

  private final String artifact;

  /**
   * Makes the contract of one artifact.
   *
   * @param artifact such as {@code extensions-plots}
   */
  protected ArtifactContract(String artifact) {
    this.artifact = artifact;
  }

  /**
   * A class whose parents, fields or signatures name a class that is not there cannot be looked
   * into.
   */
  @Test
  final void everyClassOfItCanBeLookedInto() throws IOException {
    List<String> classes;
    try (JarFile jar = new JarFile(ClassPath.jar(artifact).toFile())) {
      classes =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
              .map(name -> name.replace('/', '.').replaceFirst("\\.class$", ""))
              .toList();
    }
    assertAll(classes.stream().map(name -> () -> lookInto(name)));
  }

  private static void lookInto(String name) throws ClassNotFoundException {
    Class<?> type = Class.forName(name, false, ArtifactContract.class.getClassLoader());
    type.getDeclaredConstructors();
    type.getDeclaredFields();
    type.getDeclaredMethods();
    type.getDeclaredClasses();
  }

  /**
   * A version that our build pins and a consumer's does not is one that we never ran with: that is
   * how the charts of the first version failed for everyone but us.
   */
  @Test
  final void itsLibrariesAreTheOnesThatItWasBuiltWith() throws IOException {
    Path build = Path.of(System.getProperty("extensions.build"));
    Map<String, String> built =
        Libraries.listed(build.resolve("integration-tests/target/libraries.txt"));
    built.putAll(Libraries.listed(build.resolve(artifact + "/target/libraries.txt")));
    Map<String, String> given = Libraries.of(ClassPath.jars());
    given.keySet().removeIf(library -> library.startsWith("io.github.dl4jext:"));
    assertTrue(given.containsKey("org.nd4j:nd4j-api"), () -> "nd4j-api is not among " + given);
    List<String> others =
        given.entrySet().stream()
            .filter(library -> !library.getValue().equals(built.get(library.getKey())))
            .map(library -> library + " for " + built.getOrDefault(library.getKey(), "none"))
            .toList();
    assertEquals(
        List.of(),
        others,
        "a consumer of " + artifact + " is given other versions than it was built with");
  }
}
