package com.example.checks;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Tells which jars this JVM runs on. */
final class ClassPath {

  private ClassPath() {}

  static List<Path> jars() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of)
        .toList();
  }

  static Path jar(String artifact) {
    return jars().stream()
        .filter(jar -> jar.getParent().getParent().getFileName().toString().equals(artifact))
        .findAny()
        .orElseThrow(() -> new AssertionError(artifact + " is not on the class path: " + jars()));
  }
}
