package io.github.dl4jext.textbook.data;

import io.github.dl4jext.textbook.data.CachedDownload.RemoteFile;
import java.net.URI;
import java.util.List;

/**
 * The {@code fashion-mnist} images: the four official files (30 MB, MIT licence), downloaded once.
 */
final class FashionMnistDownload {
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

  private FashionMnistDownload() {}

  static CachedDownload toUserCache() {
    return CachedDownload.toUserCache(
        "Fashion-MNIST", "30 MB", MIRRORS, FILES, DataSource.FASHION_MNIST);
  }

  /**
   * Loads the images: 60,000 to train on and 10,000 to test on.
   *
   * @throws DataException if they are not in the cache and cannot be downloaded; the message says
   *     what was tried and what to do
   */
  static ImageData load(CachedDownload download) {
    return IdxFolder.read(download.fetch(), DataSource.FASHION_MNIST);
  }
}
