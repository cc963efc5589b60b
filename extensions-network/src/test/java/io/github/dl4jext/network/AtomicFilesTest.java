package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

  @TempDir private Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("file.txt");
    AtomicFiles.write(file, AtomicFiles.text("größer"));
    assertThat(Files.readString(file)).isEqualTo("größer");
    AtomicFiles.write(file, out -> out.write(new byte[200_000]));
    assertThat(file).hasSize(200_000);
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void theOldFileStaysUntilTheNewOneIsWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("file.txt"), "old");
    AtomicFiles.write(
        file,
        out -> {
          out.write(new byte[200_000]);
          out.flush();
          assertThat(file).hasContent("old");
          assertThat(names()).hasSize(2);
        });
    assertThat(file).hasSize(200_000);
  }

  @Test
  void contentMayCloseTheStream() throws IOException {
    Path file = folder.resolve("file.txt");
    AtomicFiles.write(
        file,
        out -> {
          try (Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8)) {
            writer.write("closed");
          }
        });
    assertThat(file).hasContent("closed");
  }

  @Test
  void hasThePermissionsOfAnyNewFile() throws IOException {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "POSIX only");
    Path usual = Files.createFile(folder.resolve("usual"));
    Path whole = folder.resolve("whole");
    AtomicFiles.write(whole, AtomicFiles.text(""));
    assertThat(Files.getPosixFilePermissions(whole))
        .isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  void contentThatFailsLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file.txt"), "old");
    IOException full = new IOException("No space left on device");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[200_000]);
                      throw full;
                    }))
        .isSameAs(full);
    IllegalStateException bug = new IllegalStateException();
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      throw bug;
                    }))
        .isSameAs(bug);
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void whereOneOfSeveralFailsNoneIsReplaced() throws IOException {
    Path first = Files.writeString(folder.resolve("first"), "old");
    Path second = folder.resolve("second");
    Map<Path, AtomicFiles.Content> contents = new LinkedHashMap<>();
    contents.put(first, AtomicFiles.text("new"));
    contents.put(
        second,
        out -> {
          throw new IOException("full");
        });
    assertThatThrownBy(() -> AtomicFiles.writeAll(contents)).hasMessage("full");
    contents.put(second, AtomicFiles.text("new"));
    contents.put(Files.createDirectory(folder.resolve("third")), AtomicFiles.text("new"));
    assertThatThrownBy(() -> AtomicFiles.writeAll(contents)).hasMessageContaining("it is a folder");
    assertThat(first).hasContent("old");
    assertThat(names()).containsExactly("first", "third");
    contents.remove(folder.resolve("third"));
    AtomicFiles.writeAll(contents);
    assertThat(first).hasContent("new");
    assertThat(second).hasContent("new");
    assertThat(names()).containsExactly("first", "second", "third");
  }

  @Test
  void saysWhyAFileCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file.txt"), "old");
    assertThat(reasonOfWriting(folder)).isEqualTo("it is a folder");
    assertThat(reasonOfWriting(Path.of("/"))).isEqualTo("it is a folder");
    assertThat(reasonOfWriting(folder.resolve("none/file.txt")))
        .isEqualTo("there is no " + folder.resolve("none"));
    // "Not a directory" on Linux, in the words of the operating system
    assertThat(reasonOfWriting(file.resolve("below"))).isNotBlank().doesNotContain(".tmp");
    assertThat(file).hasContent("old");
  }

  @Test
  void aDeviceIsNotReplaced() throws IOException {
    Path device = Path.of("/dev/full");
    assumeTrue(Files.exists(device), "Linux only");
    assertThat(reasonOfWriting(device)).isEqualTo("it is not a regular file");
    assertThat(Files.isRegularFile(device)).isFalse();
  }

  @Test
  void aFullDiskIsCalledSo() {
    Path device = Path.of("/dev/full");
    assumeTrue(Files.exists(device), "Linux only");
    IOException full =
        catchThrowableOfType(IOException.class, () -> Files.writeString(device, "text"));
    assertThat(AtomicFiles.reason(full)).isEqualTo("No space left on device");
  }

  @Test
  void reasonsInFewWords() {
    assertThat(AtomicFiles.reason(new AccessDeniedException("/etc")))
        .isEqualTo("no permission for /etc");
    assertThat(AtomicFiles.reason(new NoSuchFileException("/none"))).isEqualTo("there is no /none");
    assertThat(AtomicFiles.reason(new FileAlreadyExistsException("/file")))
        .isEqualTo("/file is a file, not a folder");
    assertThat(AtomicFiles.reason(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("Read-only file system");
    assertThat(AtomicFiles.reason(new EOFException())).isEqualTo("EOFException: null");
    assertThat(AtomicFiles.reason(new IOException())).isEqualTo("IOException: null");
  }

  @Test
  void deletesWhatKilledProgramsLeftAndNothingElse() throws IOException {
    Files.createFile(folder.resolve("model-1.zip.3f.tmp"));
    Files.createFile(folder.resolve("model-1.zip"));
    Files.createFile(folder.resolve("notes.tmp"));
    AtomicFiles.write(
        folder.resolve("model-2.zip"),
        out -> {
          assertThat(names()).hasSize(4);
          AtomicFiles.deleteUnfinished(folder, "model-3*");
          assertThat(names()).hasSize(4);
        });
    AtomicFiles.deleteUnfinished(folder, "model-*");
    assertThat(names()).containsExactly("model-1.zip", "model-2.zip", "notes.tmp");
  }

  @Test
  void whatALivingProgramIsWritingStays() throws IOException {
    long dead = 1L << 40;
    long living = ProcessHandle.current().parent().orElseThrow().pid();
    Files.createFile(folder.resolve("model.zip." + dead + "-3f.tmp"));
    Files.createFile(folder.resolve("model.zip." + living + "-3f.tmp"));
    Files.createFile(folder.resolve("model.zip." + ProcessHandle.current().pid() + "-3f.tmp"));
    AtomicFiles.write(
        folder.resolve("model.zip"),
        out -> {
          AtomicFiles.deleteUnfinished(folder, "*.zip");
          assertThat(names()).hasSize(2).contains("model.zip." + living + "-3f.tmp");
        });
    assertThat(names()).containsExactly("model.zip", "model.zip." + living + "-3f.tmp");
  }

  @Test
  void threadsThatWriteOneFileDoNotDisturbEachOther() throws Exception {
    Path file = folder.resolve("file.txt");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writes =
          IntStream.range(0, 40)
              .<Future<?>>mapToObj(
                  i ->
                      pool.submit(
                          () -> {
                            AtomicFiles.write(
                                file, AtomicFiles.text(String.valueOf(i % 10).repeat(10_000)));
                            return null;
                          }))
              .toList();
      for (Future<?> write : writes) {
        write.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(Files.readString(file)).hasSize(10_000).matches("(\\d)\\1*");
    assertThat(names()).containsExactly("file.txt");
  }

  private static String reasonOfWriting(Path file) {
    return AtomicFiles.reason(
        catchThrowableOfType(
            IOException.class, () -> AtomicFiles.write(file, AtomicFiles.text("new"))));
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
