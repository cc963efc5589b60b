package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of CIFAR-10's binary version, in a folder, unpacked beside it, and in their archive.
 */
class Cifar10Test {

  @TempDir private Path folder;

  private static void assertIsRead(ImageData data) {
    assertThat(data.isColoured()).isTrue();
    assertThat(data.classNames()).hasSize(10).contains("frog");
    assertThat(data.train().size()).isEqualTo(15);
    assertThat(data.test().size()).isEqualTo(3);
    assertThat(data.train().label(4)).isEqualTo(1);
    assertThat(data.train().pixels(4)).hasSize(3_072).containsOnly(11);
    assertThat(data.test().pixels(2)).containsOnly(52);
    assertThat(data.train().features().shape()).containsExactly(15, 3_072);
  }

  @Test
  void aFolderIsRead() throws IOException {
    CifarFiles.writeAll(folder, 3);
    ImageData data = DataSource.load(folder.toString());
    assertIsRead(data);
    assertThat(data.name()).isEqualTo(folder.toString());
  }

  @Test
  void whatTheArchiveUnpacksToIsRead() throws IOException {
    CifarFiles.writeAll(folder.resolve("cifar-10-batches-bin"), 3);
    assertIsRead(DataSource.load(folder.toString()));
    ImageData named = DataSource.cifar10(folder.toString());
    assertIsRead(named);
    assertThat(named.name()).isEqualTo("cifar-10");
  }

  @Test
  void theArchiveIsRead() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    try (OutputStream out = Files.newOutputStream(archive);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
      entry(tar, "readme.html", new byte[7]);
      for (int i = CifarRecords.FILES.size() - 1; i >= 0; i--) {
        entry(tar, CifarRecords.FILES.get(i), CifarFiles.records(i, 3));
      }
    }
    assertIsRead(Cifar10Download.read(archive));
  }

  private static void entry(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry("cifar-10-batches-bin/" + name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @Test
  void anArchiveThatIsNoneIsNamed() throws IOException {
    Path archive = Files.write(folder.resolve("archive"), new byte[100]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar10Download.read(archive))
        .withMessageContainingAll(archive.toString(), "delete it, and it will be downloaded again");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    CifarFiles.writeAll(folder, 3);
    Files.delete(folder.resolve("data_batch_3.bin"));
    Files.delete(folder.resolve("test_batch.bin"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.load(folder.toString()))
        .withMessageContainingAll(
            folder.toString(), "lacks data_batch_3.bin, test_batch.bin;", "--data embedded");
  }

  @Test
  void aTruncatedFileAndAWrongLabelAreRefused() throws IOException {
    CifarFiles.writeAll(folder, 3);
    Path second = folder.resolve("data_batch_2.bin");
    Files.write(second, new byte[CifarFiles.RECORD + 1]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.load(folder.toString()))
        .withMessageContaining("data_batch_2.bin has 3074 bytes, which is not a multiple of 3073");
    byte[] wrong = CifarFiles.records(2, 2);
    wrong[CifarFiles.RECORD] = (byte) 200;
    Files.write(second, wrong);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.load(folder.toString()))
        .withMessageContaining("data_batch_2.bin has the label 200 for image 1, expected 0 to 9");
    Files.write(second, new byte[0]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.load(folder.toString()))
        .withMessageContaining("data_batch_2.bin has 0 bytes");
  }

  @Test
  void aVariableThatNamesNoFolderIsNamed() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.cifar10("bad\0path"))
        .withMessageStartingWith("CIFAR10_DIR must name a folder with the files of CIFAR-10");
  }

  @Test
  void pixelsAreStandardisedEachByItself() {
    ImageData data = ColourGarments.like(Garments.generate(200, 10, 1)).standardised();
    assertThat(data.train().features().mean(0).maxNumber().doubleValue()).isLessThan(1e-4);
    assertThat(data.train().features().std(false, 0).minNumber().doubleValue())
        .isBetween(0.999, 1.001);
  }

  @Test
  void drawnImagesInColourAreAsManyAndTheSameEachTime() {
    ImageData grey = Garments.generate(30, 10, 1);
    ImageData colour = DataSource.inColour(grey);
    assertThat(colour.name()).isEqualTo("embedded");
    assertThat(colour.isColoured()).isTrue();
    assertThat(grey.isColoured()).isFalse();
    assertThat(colour.train().size()).isEqualTo(30);
    assertThat(colour.test().size()).isEqualTo(10);
    for (int i = 0; i < 30; i++) {
      assertThat(colour.train().label(i)).isEqualTo(grey.train().label(i));
      assertThat(colour.train().pixels(i)).isEqualTo(DataSource.inColour(grey).train().pixels(i));
    }
    assertThat(DataSource.inColour(colour)).isSameAs(colour);
    // the corner shows the sheet: another colour in each image
    long corners = IntStream.range(0, 30).map(i -> colour.train().pixels(i)[0]).distinct().count();
    assertThat(corners).isGreaterThan(15);
  }
}
