package io.github.dl4jext.textbook.data;

import io.github.dl4jext.textbook.data.CachedDownload.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The {@code cifar-10} images: the official archive of the binary version (162 MB), downloaded once
 * and read without unpacking.
 */
final class Cifar10Download {
  private static final List<URI> MIRRORS = List.of(URI.create("https://www.cs.toronto.edu/~kriz/"));

  private static final RemoteFile ARCHIVE =
      new RemoteFile("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530");

  private Cifar10Download() {}

  static CachedDownload toUserCache() {
    return CachedDownload.toUserCache(
        "CIFAR-10", "162 MB", MIRRORS, List.of(ARCHIVE), DataSource.CIFAR_10);
  }

  /**
   * Loads the images: 50,000 to train on and 10,000 to test on.
   *
   * @throws DataException if the archive is not in the cache and cannot be downloaded, or is
   *     damaged
   */
  static ImageData load(CachedDownload download) {
    return read(download.fetch().resolve(ARCHIVE.name()));
  }

  /** Reads the archive without unpacking it on disk. */
  static ImageData read(Path archive) {
    CifarRecords records = new CifarRecords(archive.toString());
    try (InputStream in = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in, 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextTarEntry();
          entry != null;
          entry = tar.getNextTarEntry()) {
        String path = entry.getName();
        records.add(path.substring(path.lastIndexOf('/') + 1), tar);
      }
    } catch (IOException e) {
      throw new DataException(
          archive + " cannot be read (" + e + "): delete it, and it will be downloaded again", e);
    }
    return records.toData(DataSource.CIFAR_10);
  }
}
