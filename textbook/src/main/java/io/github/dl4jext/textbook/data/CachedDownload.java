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
 * checked against its published MD5 sum whenever it is used. An interrupted download is resumed.
 * Any number of programs may use the cache at the same time.
 */
final class CachedDownload {

  /** A file and its MD5 sum in lower-case hexadecimal. */
  record RemoteFile(String name, String md5) {}

  private final String title;
  private final String size;
  private final List<URI> mirrors;
  private final List<RemoteFile> files;
  private final Path folder;
  private final Duration firstPause;
  private final Consumer<String> news;

  /**
   * @param title the name of the data set in messages
   * @param size the size of the download, for messages
   * @param mirrors base addresses, each with a slash at the end, in the order to try them
   * @param firstPause how long to wait before the second attempt; doubled for each further one
   * @param news receives a message before a download begins
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
   * Makes a download from the official addresses to a folder in the user's cache folder. It is
   * announced on standard error.
   *
   * @param name the name of the folder
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

  /** Downloads the files that are missing or damaged, and returns the folder. */
  Path fetch() {
    try {
      // Checked before locking, so that a complete cache works where nothing can be written.
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
              + "): check that it can be read and written and that the disk is not full, or "
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

  /**
   * Lets one thread of one process download at a time. The monitor is needed as well, because a
   * file lock belongs to all threads of a process.
   */
  private void fetchMissing() throws IOException, InterruptedException {
    synchronized (CachedDownload.class) {
      // The lock file is not deleted: otherwise a process that waits for it and one that creates it
      // again would both hold a lock.
      try (FileChannel lock =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        HttpDownload download = new HttpDownload(firstPause);
        // Checked again: another program may have downloaded them in the meantime.
        for (RemoteFile file : missing()) {
          fetch(file, download);
        }
      }
    }
  }

  private void fetch(RemoteFile file, HttpDownload download)
      throws IOException, InterruptedException {
    Path part = folder.resolve(file.name() + ".part");
    // A program may have been stopped after downloading the last byte but before moving the file.
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
    // Readers check the sum first, so a partly moved file is never taken for a whole one.
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

  /** The folder in which the user's system wants programs to keep caches. */
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

  /** Relative paths are ignored, as the XDG specification demands. */
  private static Path absolute(String path, Path otherwise) {
    try {
      return path != null && Path.of(path).isAbsolute() ? Path.of(path) : otherwise;
    } catch (InvalidPathException e) {
      return otherwise;
    }
  }
}
