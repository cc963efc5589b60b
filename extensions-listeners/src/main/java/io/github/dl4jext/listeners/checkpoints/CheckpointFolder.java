package io.github.dl4jext.listeners.checkpoints;

import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manages a folder of checkpoints. The name of a file tells its steps, epochs and score, so that
 * there is no index that could disagree with the files.
 */
final class CheckpointFolder {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private static final String PREFIX = "checkpoint-step";

  private static final Pattern NAME =
      Pattern.compile(PREFIX + "(\\d{10})-epoch(\\d{5,10})-score([-+.\\w]+)\\.zip");

  private final Path folder;

  /** The thread of this program that has written each file. */
  private final Map<Path, Long> writers = new ConcurrentHashMap<>();

  CheckpointFolder(Path folder) {
    Checks.of("checkpoint").that(folder != null, "folder", "a path", folder).done();
    this.folder = folder;
  }

  /** A file, with the steps, epochs and score that its name tells. */
  record Saved(Path file, int steps, int epochs, double score) {

    static Optional<Saved> of(Path file) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      try {
        return name.matches()
            ? Optional.of(
                new Saved(
                    file,
                    Integer.parseInt(name.group(1)),
                    Integer.parseInt(name.group(2)),
                    Double.parseDouble(name.group(3))))
            : Optional.empty();
      } catch (NumberFormatException notOurs) {
        return Optional.empty();
      }
    }
  }

  /** Creates the folder, checks that files can be created in it, and deletes unfinished ones. */
  void open() {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, PREFIX, ".tmp"));
      AtomicFiles.deleteUnfinished(folder, PREFIX + "*");
    } catch (IOException e) {
      throw mustBe("writable", e);
    }
  }

  /** Lists the checkpoints, oldest first. */
  List<Saved> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(Saved::of)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparingInt(Saved::steps).thenComparingInt(Saved::epochs))
          .toList();
    } catch (IOException e) {
      throw mustBe("readable", e);
    }
  }

  /**
   * Finds the checkpoints of later steps that another training has written, oldest first. Those
   * that another thread of this program has written are left out, because workers of {@code
   * ParallelWrapper} overtake each other. A damaged one is renamed, because it would always count
   * as the latest.
   */
  List<Saved> laterThan(int steps) {
    long thread = Thread.currentThread().getId();
    return list().stream()
        .filter(saved -> saved.steps() > steps)
        .filter(saved -> writers.getOrDefault(saved.file(), thread) == thread)
        .filter(saved -> isReadable(saved.file()) || !setAside(saved.file()))
        .toList();
  }

  /** Throws if new files would count as older than existing ones. */
  void requireNoneAfter(int steps) {
    List<Saved> later = laterThan(steps);
    if (!later.isEmpty()) {
      throw new IllegalStateException(
          "checkpoint: folder must have no checkpoints of later steps than the model's, which is at "
              + steps
              + ", was one with "
              + later.get(0).file()
              + "; resume from the latest one, or take another folder");
    }
  }

  private boolean setAside(Path file) {
    try {
      Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"));
      return true;
    } catch (IOException e) {
      LOG.warn("checkpoint: {} could not be renamed ({})", file, e.toString());
      return false;
    }
  }

  /** Writes a file. Under its name there is at any time either no file or a complete one. */
  Path write(int steps, int epochs, double score, AtomicFiles.Content content) {
    String name =
        String.format(Locale.ROOT, "%s%010d-epoch%05d-score%s.zip", PREFIX, steps, epochs, score);
    Path file = folder.resolve(name);
    try {
      AtomicFiles.write(file, content);
      writers.put(file, Thread.currentThread().getId());
      return file;
    } catch (IOException e) {
      throw unwritten(file, e);
    }
  }

  private UncheckedIOException mustBe(String what, IOException e) {
    return new UncheckedIOException(
        "checkpoint: folder must be " + what + ", was " + folder.toAbsolutePath() + " (" + e + ")",
        e);
  }

  private UncheckedIOException unwritten(Path file, IOException e) {
    String last =
        latest().map(path -> "; the last good one is " + path).orElse("; there is none so far");
    return new UncheckedIOException(
        "checkpoint: " + file + " could not be written (" + e + ")" + last + "; " + wayOut(e), e);
  }

  private String wayOut(IOException e) {
    if (!Files.isDirectory(folder)) {
      return "the folder is gone: make it again";
    }
    return e instanceof AccessDeniedException
        ? "grant the permission, or name another folder"
        : "if the disk is full, make room or keep fewer";
  }

  /**
   * Deletes all files except the latest and the best ones. Of two files of one step, it keeps that
   * of the later epoch.
   */
  void prune(int last, int best, boolean higherIsBetter) {
    List<Saved> all = list();
    Set<Saved> outdated = new HashSet<>();
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).steps() == all.get(i - 1).steps()) {
        outdated.add(all.get(i - 1));
      }
    }
    List<Saved> current = all.stream().filter(saved -> !outdated.contains(saved)).toList();
    Set<Saved> kept =
        new HashSet<>(current.subList(Math.max(0, current.size() - last), current.size()));
    ranked(current, higherIsBetter).limit(best).forEach(kept::add);
    all.stream().filter(saved -> !kept.contains(saved)).map(Saved::file).forEach(this::delete);
  }

  /**
   * Sorts checkpoints, best first; of equal scores, the earlier one first. Scores that are not
   * finite are left out.
   */
  private static Stream<Saved> ranked(List<Saved> saved, boolean higherIsBetter) {
    Comparator<Saved> byScore = Comparator.comparingDouble(Saved::score);
    return saved.stream()
        .filter(one -> Double.isFinite(one.score()))
        .sorted(higherIsBetter ? byScore.reversed() : byScore);
  }

  /** Returns the latest checkpoint, or the path itself if it is a file. */
  Optional<Path> latestOrItself() {
    return Files.isRegularFile(folder) ? Optional.of(folder) : latest();
  }

  Optional<Path> latest() {
    List<Saved> newestFirst = new ArrayList<>(list());
    Collections.reverse(newestFirst);
    return firstReadable(newestFirst.stream());
  }

  Optional<Path> best(boolean higherIsBetter) {
    return firstReadable(ranked(list(), higherIsBetter));
  }

  private static Optional<Path> firstReadable(Stream<Saved> saved) {
    return saved.map(Saved::file).filter(CheckpointFolder::isReadable).findFirst();
  }

  private static boolean isReadable(Path file) {
    try {
      CheckpointFile.check(file);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("checkpoint: {} is skipped, because it cannot be read ({})", file, e.toString());
      return false;
    }
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      writers.remove(file);
    } catch (IOException e) {
      // A file that stays costs space, whereas an exception would end the training.
      LOG.warn("checkpoint: {} could not be deleted ({})", file, e.toString());
    }
  }

  @Override
  public String toString() {
    return Objects.toString(folder);
  }
}
