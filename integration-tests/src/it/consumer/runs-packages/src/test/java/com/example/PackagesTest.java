package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each package of the program, started as a user would. */
class PackagesTest {

  private static final Path PACKED = Path.of("../packages/target");
  private static final Pattern PLUGINS = Pattern.compile("(\\d+) plugins, restored true");

  private static int plugins(String... command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("program", ".txt");
    List<String> words = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of(command));
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), "it ends");
    String said = Files.readString(log);
    assertEquals(0, process.exitValue(), said);
    Matcher found = PLUGINS.matcher(said);
    assertTrue(found.find(), said);
    return Integer.parseInt(found.group(1));
  }

  @Test
  void allHaveEveryPlugin() throws IOException, InterruptedException {
    int boot = plugins("-jar", PACKED.resolve("packages-1.0-boot.jar").toString());
    int shaded = plugins("-cp", PACKED.resolve("packages-1.0-shaded.jar").toString(), "com.example.Program");
    int assembled = plugins("-cp", PACKED.resolve("packages-1.0-assembled.jar").toString(), "com.example.Program");
    assertTrue(boot > 100, boot + " plugins");
    assertEquals(boot, shaded, "shaded");
    assertEquals(boot, assembled, "assembled");
  }

  /** What the guide says to write is what was built. */
  @Test
  void theGuideHasTheseLines() throws IOException {
    String guide = Files.readString(Path.of(System.getProperty("extensions.build"), "docs/guide/packaging.md"));
    String pom = Files.readString(Path.of("../packages/pom.xml"));
    Matcher block = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL).matcher(guide);
    assertTrue(block.find());
    for (String line : block.group(1).split("\n")) {
      assertTrue(pom.contains(line.trim()), line);
    }
    String handler = "<containerDescriptorHandler><handlerName>metaInf-services</handlerName></containerDescriptorHandler>";
    assertTrue(guide.contains(handler));
    assertTrue(Files.readString(Path.of("../packages/src/assembly/one-jar.xml")).contains(handler));
  }
}
