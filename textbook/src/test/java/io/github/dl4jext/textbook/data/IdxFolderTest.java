package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFolderTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "t10k-labels-idx1-ubyte";

  @TempDir private Path folder;

  @BeforeEach
  void writeGoodFiles() throws IOException {
    IdxFiles.writeAll(folder);
  }

  private ThrowableAssertAlternative<DataException> refusal(String name, byte[] content)
      throws IOException {
    Files.write(folder.resolve(name), content);
    return refusal().withMessageContaining(folder.resolve(name).toString());
  }

  private ThrowableAssertAlternative<DataException> refusal() {
    return assertThatExceptionOfType(DataException.class).isThrownBy(() -> IdxFolder.read(folder));
  }

  @Test
  void plainFilesAreRead() {
    ImageData data = IdxFolder.read(folder);
    assertThat(data.name()).isEqualTo(folder.toString());
    assertThat(data.train().size()).isEqualTo(30);
    assertThat(data.test().size()).isEqualTo(20);
    assertThat(data.train().label(13)).isEqualTo(3);
    // 784 is 4 more than a multiple of 10, so image 2 begins with 8.
    assertThat(data.train().pixels(2)).startsWith(8, 9, 0, 1);
    assertThat(data.classNames()).hasSize(10).startsWith("T-shirt/top").endsWith("Ankle boot");
  }

  @Test
  void gzippedFilesAreReadAndGoFirst() throws IOException {
    Files.write(folder.resolve(IMAGES + ".gz"), IdxFiles.gzip(IdxFiles.images(30)));
    Files.write(folder.resolve(IMAGES), new byte[] {1, 2, 3});
    assertThat(IdxFolder.read(folder).train().size()).isEqualTo(30);
  }

  @Test
  void aFileThatABrowserUnpackedIsReadUnderItsOldName() throws IOException {
    Files.move(folder.resolve(IMAGES), folder.resolve(IMAGES + ".gz"));
    assertThat(IdxFolder.read(folder).train().size()).isEqualTo(30);
  }

  @Test
  void aMissingFolderAndAFileInItsPlaceAreRefused() {
    Path none = folder.resolve("none");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> IdxFolder.read(none))
        .withMessageContaining("no folder " + none);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> IdxFolder.read(folder.resolve(IMAGES)))
        .withMessageContaining(IMAGES + " is a file");
  }

  @Test
  void allMissingFilesAreNamedAtOnce() throws IOException {
    Files.delete(folder.resolve(IMAGES));
    Files.delete(folder.resolve(LABELS));
    refusal().withMessageContaining("lacks " + IMAGES + ", " + LABELS);
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    refusal(IMAGES, new byte[0]).withMessageContaining("is empty");
    refusal(IMAGES, IdxFiles.gzip(new byte[0])).withMessageContaining("is truncated: it has 0");
  }

  @Test
  void aWrongMagicNumberIsRefused() throws IOException {
    refusal(IMAGES, IdxFiles.file(100, 0x801, 100, 28, 28))
        .withMessageContaining("magic number 0x00000801, expected 0x00000803");
    refusal(IMAGES, "<html><body>404 Not Found</body></html>".getBytes("US-ASCII"))
        .withMessageContaining("0x3c68746d");
  }

  @Test
  void aTruncatedHeaderIsRefused() throws IOException {
    refusal(IMAGES, IdxFiles.file(0, 0x803, 30, 28))
        .withMessageContaining("has 12 bytes, and the header alone takes 16");
    refusal(IMAGES, new byte[] {0}).withMessageContaining("has 1 bytes");
  }

  @Test
  void aTruncatedPayloadIsRefused() throws IOException {
    byte[] whole = IdxFiles.images(30);
    refusal(IMAGES, Arrays.copyOf(whole, whole.length - 1))
        .withMessageContaining("promises 30 items in 23520 bytes, and there are 23519");
  }

  @Test
  void trailingBytesAreRefused() throws IOException {
    byte[] whole = IdxFiles.images(30);
    refusal(IMAGES, Arrays.copyOf(whole, whole.length + 1))
        .withMessageContaining("more bytes after the 30 items");
  }

  @Test
  void aGzipStreamThatBreaksOffIsRefused() throws IOException {
    byte[] packed = IdxFiles.gzip(IdxFiles.images(30));
    refusal(IMAGES, Arrays.copyOf(packed, packed.length / 2))
        .withMessageContaining("truncated: its gzip stream ends early");
    refusal(IMAGES, Arrays.copyOf(packed, 5)).withMessageContaining("gzip stream ends early");
  }

  @Test
  void aCorruptGzipStreamIsRefused() throws IOException {
    byte[] packed = IdxFiles.gzip(IdxFiles.images(30));
    // In the checksum at the end, which only shows once everything is unpacked.
    packed[packed.length - 6] ^= 0x55;
    refusal(IMAGES, packed).withMessageContaining("corrupt gzip");
  }

  @Test
  void differentNumbersOfImagesAndLabelsAreRefused() throws IOException {
    refusal(LABELS, IdxFiles.labels(19)).withMessageContaining("20 images, but");
  }

  @Test
  void imagesOfAnotherSizeAreRefused() throws IOException {
    refusal(IMAGES, IdxFiles.file(3 * 32 * 32, 0x803, 3, 32, 32))
        .withMessageContaining("expected 28 x 28");
    refusal(IMAGES, IdxFiles.file(3 * 28 * 32, 0x803, 3, 28, 32))
        .withMessageContaining("28 x 32 pixels, expected 28 x 28");
  }

  @Test
  void aLabelAbove9IsRefused() throws IOException {
    byte[] labels = IdxFiles.labels(20);
    labels[8 + 5] = 10;
    refusal(LABELS, labels).withMessageContaining("label 10 for image 5, expected 0 to 9");
    labels[8 + 5] = (byte) 200;
    refusal(LABELS, labels).withMessageContaining("label 200 for image 5");
  }

  @Test
  void aHeaderThatPromisesFarTooMuchCostsNoMemory() throws IOException {
    // The largest that fits an array, 2.1 GB; it must be found out from the 784 bytes that are
    // there.
    Runtime runtime = Runtime.getRuntime();
    long before = runtime.totalMemory();
    refusal(IMAGES, IdxFiles.file(784, 0x803, 2_700_000, 28, 28))
        .withMessageContaining("and there are 784");
    assertThat(runtime.totalMemory() - before).isLessThan(1_000_000_000L);
    refusal(IMAGES, IdxFiles.file(784, 0x803, Integer.MAX_VALUE, 28, 28))
        .withMessageContaining("promises 2147483647 items");
    refusal(IMAGES, IdxFiles.file(784, 0x803, -1, 28, 28))
        .withMessageContaining("promises 4294967295 items");
    refusal(IMAGES, IdxFiles.file(0, 0x803, 0, 28, 28))
        .withMessageContaining("is empty: its header promises 0");
  }

  @Test
  void theOfficialFilesAreRead() {
    String real = System.getenv("FASHION_MNIST_DIR");
    Assumptions.assumeTrue(
        real != null,
        "FASHION_MNIST_DIR is not set: point it at a folder with the official Fashion-MNIST files");
    ImageData data = IdxFolder.read(Path.of(real));
    assertThat(data.train().size()).isEqualTo(60_000);
    assertThat(data.test().size()).isEqualTo(10_000);
    assertThat(data.train().classCounts()).containsOnly(6_000).hasSize(10);
    assertThat(data.test().classCounts()).containsOnly(1_000).hasSize(10);
    // The figures that everybody knows: the first training image is an ankle boot.
    assertThat(data.train().label(0)).isEqualTo(9);
    ImageData ready = data.holdOut(5_000).standardised();
    assertThat(ready.train().size()).isEqualTo(55_000);
    assertThat(ready.test().features().isNaN().any()).isFalse();
    assertThat(ready.validation().features().isInfinite().any()).isFalse();
  }
}
