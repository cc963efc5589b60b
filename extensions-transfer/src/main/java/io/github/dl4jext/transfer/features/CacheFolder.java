package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Explains faults of the folder of a cache, and how to correct them. */
final class CacheFolder {

  private static final String OR = "name another folder, or use FeatureCache.inMemory()";

  private CacheFolder() {}

  static UncheckedIOException explained(Path folder, IOException cause) {
    Path place = folder.toAbsolutePath();
    return new UncheckedIOException(
        "features cannot be kept in " + place + ": " + reason(place, cause), cause);
  }

  private static String reason(Path place, IOException cause) {
    for (Path above = place; above != null; above = above.getParent()) {
      if (Files.exists(above) && !Files.isDirectory(above)) {
        return above.equals(place)
            ? "that is a file; " + OR
            : above + " is a file, so that there is no folder in it; " + OR;
      }
    }
    if (cause instanceof AccessDeniedException) {
      return "there is " + AtomicFiles.reason(cause) + "; grant it, " + OR;
    }
    long free = free(place);
    return AtomicFiles.reason(cause)
        + (free < 0 ? "" : String.format(Locale.ROOT, " (%,d bytes are free)", free))
        + "; if the disk is full, make room, "
        + OR;
  }

  private static long free(Path place) {
    for (Path above = place; above != null; above = above.getParent()) {
      if (Files.isDirectory(above)) {
        try {
          return Files.getFileStore(above).getUsableSpace();
        } catch (IOException unknown) {
          return -1;
        }
      }
    }
    return -1;
  }
}
