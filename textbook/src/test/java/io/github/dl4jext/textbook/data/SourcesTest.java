package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
  @TempDir private Path folder;

  @Test
  void embeddedNeedsNothing() {
    ImageData data = DataSource.load(" Embedded ");
    assertThat(data.name()).isEqualTo("embedded");
    assertThat(data.train().size()).isEqualTo(Garments.TRAIN);
    assertThat(data.test().size()).isEqualTo(Garments.TEST);
  }

  @Test
  void aFolderIsRead() throws IOException {
    IdxFiles.writeAll(folder);
    assertThat(DataSource.load(folder.toString()).train().size()).isEqualTo(30);
  }

  @Test
  void fashionMnistIsDownloaded() {
    ImageData some = Garments.generate(10, 10, 1);
    assertThat(DataSource.load("fashion-mnist", () -> some, () -> null)).isSameAs(some);
  }

  @Test
  void aFolderOfFashionMnistNeedsNoDownload() throws IOException {
    IdxFiles.writeAll(folder);
    ImageData data = DataSource.fashionMnist(folder.toString());
    assertThat(data.name()).isEqualTo("fashion-mnist");
    assertThat(data.train().size()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no/such/folder", "bad\0path"})
  void aFolderOfFashionMnistThatIsNoneIsNamedByItsVariable(String folder) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.fashionMnist(folder))
        .withMessageStartingWith(
            "FASHION_MNIST_DIR must name a folder with the files of Fashion-MNIST, or not be set: ");
  }

  @Test
  void aPartIsNamedSo() {
    ImageData part = Garments.generate(30, 10, 1).part(20);
    assertThat(part.train().size()).isEqualTo(20);
    assertThat(part.test().size()).isEqualTo(10);
    assertThat(DataSource.isPart(part.name())).isTrue();
    assertThat(DataSource.isDrawn(part.name())).isTrue();
    assertThat(DataSource.isPart("embedded")).isFalse();
    assertThat(DataSource.isDrawn("fashion-mnist, the first 20")).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "mnist", "/no/such/folder", "bad\0path"})
  void anythingElseIsAnsweredWithTheOptions(String spec) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> DataSource.load(spec))
        .withMessageContainingAll(
            "embedded", "fashion-mnist", "cifar-10", "folder with the four IDX files")
        .withMessageContaining("was \"" + (spec == null ? "" : spec) + "\"");
  }

  @Test
  void everySystemHasItsOwnCacheFolder() {
    Map<String, String> none = Map.of();
    assertThat(CachedDownload.cacheFolder("Linux", none, "/home/ada"))
        .isEqualTo(Path.of("/home/ada/.cache"));
    assertThat(CachedDownload.cacheFolder("Linux", Map.of("XDG_CACHE_HOME", "/var/c"), "/home/ada"))
        .isEqualTo(Path.of("/var/c"));
    assertThat(CachedDownload.cacheFolder("Linux", Map.of("XDG_CACHE_HOME", "c"), "/home/ada"))
        .isEqualTo(Path.of("/home/ada/.cache"));
    assertThat(
            CachedDownload.cacheFolder(
                "Mac OS X", Map.of("XDG_CACHE_HOME", "/var/c"), "/Users/ada"))
        .isEqualTo(Path.of("/Users/ada/Library/Caches"));
    assertThat(CachedDownload.cacheFolder("Windows 11", Map.of("LOCALAPPDATA", "/local"), "/ada"))
        .isEqualTo(Path.of("/local"));
    assertThat(CachedDownload.cacheFolder("Windows 11", none, "/ada"))
        .isEqualTo(Path.of("/ada/AppData/Local"));
  }

  @Test
  void imagesAreNamedInHeadingsAndByOptions() {
    assertThat(DataSource.title("embedded")).isEqualTo("drawn images");
    assertThat(DataSource.title("embedded, the first 600"))
        .isEqualTo("drawn images, the first 600");
    assertThat(DataSource.title("fashion-mnist")).isEqualTo("Fashion-MNIST");
    assertThat(DataSource.title("/my/embedded")).isEqualTo("/my/embedded");
    assertThat(DataSource.options("embedded")).isEmpty();
    assertThat(DataSource.options("embedded, the first 600")).isEqualTo(" --train 600");
    assertThat(DataSource.options("fashion-mnist, the first 600"))
        .isEqualTo(" --data fashion-mnist --train 600");
    assertThat(DataSource.options("/my images")).isEqualTo(" --data \"/my images\"");
  }
}
