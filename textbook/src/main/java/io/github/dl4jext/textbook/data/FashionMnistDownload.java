package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * The {@code fashion-mnist} images: the four official files (30 MB, MIT licence), downloaded once
 * and kept in the user's cache folder. Each file is checked against its published MD5 sum whenever
 * it is used. A download that broke off goes on where it was; any number of programs may ask at
 * once.
 */
public final class FashionMnistDownload {
  private static final List<URI> MIRRORS =
      List.of(
          URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
          URI.create(
              "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"));

  private static final List<RemoteFile> FILES =
      List.of(
          new RemoteFile("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
          new RemoteFile("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
          new RemoteFile("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
          new RemoteFile("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"));

  private static final int ATTEMPTS = 3;

  /** A file and its MD5 sum in small hexadecimal letters. */
  record RemoteFile(String name, String md5) {}

  private final List<URI> mirrors;
  private final List<RemoteFile> files;
  private final Path folder;
  private final Duration firstPause;
  private final Consumer<String> news;

  /**
   * @param mirrors base addresses, each with a slash at the end, in the order to try them
   * @param firstPause how long to wait before the second attempt; doubled for each further one
   * @param news told once if there is something to download, which takes a while
   */
  FashionMnistDownload(
      List<URI> mirrors,
      List<RemoteFile> files,
      Path folder,
      Duration firstPause,
      Consumer<String> news) {
    this.mirrors = List.copyOf(mirrors);
    this.files = List.copyOf(files);
    this.folder = folder;
    this.firstPause = firstPause;
    this.news = news;
  }

  /**
   * From the official places to {@code dl4j-extensions/fashion-mnist} in the user's cache folder. A
   * download is announced on standard error.
   */
  public static FashionMnistDownload toUserCache() {
    Path folder = CacheFolder.ofUser().resolve("dl4j-extensions").resolve("fashion-mnist");
    return new FashionMnistDownload(
        MIRRORS, FILES, folder, Duration.ofSeconds(1), System.err::println);
  }

  /**
   * The images: 60,000 to train on and 10,000 to test.
   *
   * @throws DataException if they are not in the cache and cannot be downloaded; the message says
   *     what was tried and what one can do
   */
  public ImageData load() {
    return IdxFolder.read(fetch(), DataSource.FASHION_MNIST);
  }

  /** Sees to it that the folder has all files, intact, and returns it. */
  Path fetch() {
    try {
      // Before the lock, so that a complete cache works where nothing can be written.
      if (!missing().isEmpty()) {
        news.accept("downloading Fashion-MNIST (30 MB, once) to " + folder + " ...");
        Files.createDirectories(folder);
        FolderLock.whileHeld(folder, this::fetchMissing);
      }
      return folder;
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
      if (!isIntact(folder.resolve(file.name()), file)) {
        missing.add(file);
      }
    }
    return missing;
  }

  private void fetchMissing() throws IOException {
    // Asked again: while we waited for the lock, another program may have fetched them.
    List<RemoteFile> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    HttpDownload transfer = new HttpDownload();
    for (RemoteFile file : missing) {
      fetch(file, transfer);
    }
  }

  private void fetch(RemoteFile file, HttpDownload transfer) throws IOException {
    Path part = folder.resolve(file.name() + ".part");
    // A program may have been stopped after the last byte and before the move.
    if (isIntact(part, file)) {
      keep(part, file);
      return;
    }
    List<String> tried = new ArrayList<>();
    for (URI mirror : mirrors) {
      URI address = mirror.resolve(file.name());
      String failure = fetchFrom(address, part, file, transfer);
      if (failure == null) {
        keep(part, file);
        return;
      }
      tried.add("\n  " + address + ": " + failure);
    }
    throw new DataException(
        "Fashion-MNIST cannot be downloaded. Tried:"
            + String.join("", tried)
            + "\nCheck the network (behind a proxy, start Java with -Dhttp.proxyHost=HOST -Dhttp.proxyPort=PORT and the same for https), or "
            + otherWays());
  }

  /** Null if {@code part} is the whole, intact file in the end; if not, why. */
  private String fetchFrom(URI address, Path part, RemoteFile file, HttpDownload transfer)
      throws IOException {
    String reason = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 1) {
        pause(firstPause.multipliedBy(1L << (attempt - 2)));
      }
      HttpDownload.Outcome outcome = attempt(address, part, transfer);
      if (outcome.complete()) {
        if (isIntact(part, file)) {
          return null;
        }
        reason = "the file has not the MD5 sum " + file.md5();
        Files.delete(part);
      } else {
        reason = outcome.reason();
        if (!outcome.worthRetrying()) {
          return reason;
        }
      }
    }
    return reason + " (" + ATTEMPTS + " attempts)";
  }

  private static HttpDownload.Outcome attempt(URI address, Path part, HttpDownload transfer)
      throws IOException {
    try {
      return transfer.attempt(address, part);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static DataException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DataException(
        "the download was interrupted: start it again, it goes on where it was", e);
  }

  private void keep(Path part, RemoteFile file) throws IOException {
    Path whole = folder.resolve(file.name());
    try {
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      // Who reads checks the sum first, so that half a file is never taken for a whole one.
      Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isIntact(Path path, RemoteFile file) throws IOException {
    return Files.isRegularFile(path) && md5(path).equals(file.md5());
  }

  static String md5(Path path) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
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
}
