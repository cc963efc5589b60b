package io.github.dl4jext.textbook.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The folder in which the user's system wants programs to keep what can be fetched again. */
final class CacheFolder {
  private CacheFolder() {}

  static Path ofUser() {
    return of(System.getProperty("os.name"), System.getenv(), System.getProperty("user.home"));
  }

  static Path of(String system, Map<String, String> environment, String home) {
    String os = system.toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) {
      return absolute(environment.get("LOCALAPPDATA"), Path.of(home, "AppData", "Local"));
    }
    if (os.startsWith("mac")) {
      return Path.of(home, "Library", "Caches");
    }
    return absolute(environment.get("XDG_CACHE_HOME"), Path.of(home, ".cache"));
  }

  /** The XDG specification wants a relative path ignored, and no system could make sense of one. */
  private static Path absolute(String path, Path otherwise) {
    try {
      return path != null && Path.of(path).isAbsolute() ? Path.of(path) : otherwise;
    } catch (InvalidPathException e) {
      return otherwise;
    }
  }
}
