package com.example.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads versions, by {@code group:artifact}, from class paths and from lists of {@code
 * dependency:list}.
 */
final class Libraries {

  /** group:artifact:type[:classifier]:version:scope, with colours and a module's name perhaps. */
  private static final Pattern LISTED =
      Pattern.compile(
          "^\\s+([\\w.-]+:[\\w.-]+):[\\w-]+(?::[\\w-]+)?:([^:\\s]+):(?:compile|runtime|provided|test|system)\\b");

  private Libraries() {}

  /** A local repository holds its jars as group/with/slashes/artifact/version/file. */
  static Map<String, String> of(List<Path> jars) {
    Path repository = Path.of(System.getProperty("local.repository"));
    Map<String, String> versions = new TreeMap<>();
    for (Path jar : jars) {
      if (jar.startsWith(repository)) {
        Path version = jar.getParent();
        Path artifact = version.getParent();
        String group =
            repository
                .relativize(artifact.getParent())
                .toString()
                .replace(jar.getFileSystem().getSeparator(), ".");
        versions.put(group + ":" + artifact.getFileName(), version.getFileName().toString());
      }
    }
    return versions;
  }

  static Map<String, String> listed(Path list) throws IOException {
    Map<String, String> versions = new TreeMap<>();
    for (String line : Files.readAllLines(list)) {
      Matcher match = LISTED.matcher(line);
      if (match.find()) {
        versions.put(match.group(1), match.group(2));
      }
    }
    return versions;
  }
}
