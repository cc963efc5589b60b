package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Files of a published data set, downloaded once and kept in the user's cache folder. Each file is
 * checked against its published MD5 sum whenever it is used. A download that broke off is resumed;
 * any number of programs may ask at once.
 */
final class CachedDownload {

  /** A file and its MD5 sum in small hexadecimal letters. */
  record RemoteFile(String name, String md5) {}

  private final String title;
  private final String size;
  private final List<URI> mirrors;
  private final List<RemoteFile> files;
  private final Path folder;
  private final Duration firstPause;
  private final Consumer<String> news;

  /**
   * @param title what the data set is called in messages
   * @param size how large the download is
   * @param mirrors base addresses, each with a slash at the end, in the order to try them
   * @param firstPause how long to wait before the second attempt; doubled for each further one
   * @param news told once if there is something to download, which takes a while
   */
  CachedDownload(
      String title,
      String size,
      List<URI> mirrors,
      List<RemoteFile> files,
      Path folder,
      Duration firstPause,
      Consumer<String> news) {
    this.title = title;
    this.size = size;
    this.mirrors = List.copyOf(mirrors);
    this.files = List.copyOf(files);
    this.folder = folder;
    this.firstPause = firstPause;
    this.news = news;
  }

  /**
   * From the official places to a folder in the user's cache folder. A download is announced on
   * standard error.
   *
   * @param name of the folder
   */
  static CachedDownload toUserCache(
      String title, String size, List<URI> mirrors, List<RemoteFile> files, String name) {
    Path cache =
        cacheFolder(
            System.getProperty("os.name"), System.getenv(), System.getProperty("user.home"));
    return new CachedDownload(
        title,
        size,
        mirrors,
        files,
        cache.resolve("dl4j-extensions").resolve(name),
        Duration.ofSeconds(1),
        System.err::println);
  }

  /** Sees to it that the folder has all files, intact, and returns it. */
  Path fetch() {
    try {
      // Before the lock, so that a complete cache works where nothing can be written.
      if (!missing().isEmpty()) {
        news.accept("downloading " + title + " (" + size + ", once) to " + folder + " ...");
        Files.createDirectories(folder);
        fetchMissing();
      }
      return folder;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("the download was interrupted: start it again, and it resumes", e);
    } catch (IOException e) {
      throw new DataException(
          "the cache folder "
              + folder
              + " cannot be used ("
              + e
              + "): see that it can be read and written and that the disk is not full, or "
              + otherWays(),
          e);
    }
  }

  private List<RemoteFile> missing() throws IOException {
    List<RemoteFile> missing = new ArrayList<>();
    for (RemoteFile file : files) {
      if (!HttpDownload.isIntact(folder.resolve(file.name()), file.md5())) {
        missing.add(file);
      }
    }
    return missing;
  }

  /** One thread of one process at a time; a file lock belongs to all threads of a process. */
  private void fetchMissing() throws IOException, InterruptedException {
    synchronized (CachedDownload.class) {
      // The lock file stays: were it deleted, a process that waits for it and one that makes it
      // anew would both have a lock.
      try (FileChannel lock =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        HttpDownload download = new HttpDownload(firstPause);
        // Asked again: while we waited, another program may have fetched them.
        for (RemoteFile file : missing()) {
          fetch(file, download);
        }
      }
    }
  }

  private void fetch(RemoteFile file, HttpDownload download)
      throws IOException, InterruptedException {
    Path part = folder.resolve(file.name() + ".part");
    // A program may have been stopped after the last byte and before the move.
    boolean isWhole = HttpDownload.isIntact(part, file.md5());
    StringBuilder tried = new StringBuilder();
    for (int i = 0; i < mirrors.size() && !isWhole; i++) {
      URI address = mirrors.get(i).resolve(file.name());
      String failure = download.fetch(address, part, file.md5());
      isWhole = failure == null;
      tried.append("\n  ").append(address).append(": ").append(failure);
    }
    if (!isWhole) {
      throw new DataException(
          title
              + " cannot be downloaded. Tried:"
              + tried
              + "\nCheck the network (behind a proxy, start Java with -Dhttp.proxyHost=HOST"
              + " -Dhttp.proxyPort=PORT and the same for https), or "
              + otherWays());
    }
    // Who reads checks the sum first, so that half a file is never taken for a whole one.
    Files.move(part, folder.resolve(file.name()), StandardCopyOption.REPLACE_EXISTING);
  }

  private String otherWays() {
    return "get "
        + String.join(", ", files.stream().map(RemoteFile::name).toList())
        + " by hand from "
        + String.join(" or ", mirrors.stream().map(URI::toString).toList())
        + " and put them into "
        + folder
        + ", or use --data DIR with the folder that has them, or --data embedded, which needs no download";
  }

  /** Where the user's system wants programs to keep what can be fetched again. */
  static Path cacheFolder(String system, Map<String, String> environment, String home) {
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
