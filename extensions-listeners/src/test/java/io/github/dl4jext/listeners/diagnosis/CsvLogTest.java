package io.github.dl4jext.listeners.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvLogTest {

  @TempDir private Path folder;

  @Test
  void quotesNamesWithCommasAndQuotes() {
    Path file = folder.resolve("log.csv");
    new CsvLog("test", file, "layer,rate").add(List.of(List.of("a, \"b\"", 0.5), List.of("c", 1)));
    assertThat(file).hasContent("layer,rate\n\"a, \"\"b\"\"\",0.5\nc,1\n");
  }

  @Test
  void goesOnBehindTheLastWholeLine() throws IOException {
    Path file = Files.writeString(folder.resolve("log.csv"), "a,b\n1,2\n3,");
    new CsvLog("test", file, "a,b").add(List.of(List.of(5, 6)));
    assertThat(file).hasContent("a,b\n1,2\n5,6\n");
  }

  @Test
  void startsInAnEmptyFile() throws IOException {
    Path file = Files.createFile(folder.resolve("log.csv"));
    new CsvLog("test", file, "a,b");
    assertThat(file).hasContent("a,b\n");
  }

  @Test
  void aLogThatWasMovedAwayBeginsAnewWithItsHeader() throws IOException {
    Path file = folder.resolve("log.csv");
    CsvLog log = new CsvLog("test", file, "a,b");
    log.add(List.of(List.of(1, 2)));
    Files.move(file, folder.resolve("log-1.csv"));
    log.add(List.of(List.of(3, 4)));
    assertThat(file).hasContent("a,b\n3,4\n");
    new CsvLog("test", file, "a,b");
  }

  @Test
  void aFolderThatWasMovedAwayIsMadeAnew() throws IOException {
    Path logs = folder.resolve("logs");
    CsvLog log = new CsvLog("test", logs.resolve("log.csv"), "a,b");
    Files.move(logs, folder.resolve("old"));
    log.add(List.of(List.of(3, 4)));
    assertThat(logs.resolve("log.csv")).hasContent("a,b\n3,4\n");
  }

  @Test
  void aKillWithinTheHeaderIsMended() throws IOException {
    Path file = Files.writeString(folder.resolve("log.csv"), "a,");
    new CsvLog("test", file, "a,b").add(List.of(List.of(5, 6)));
    assertThat(file).hasContent("a,b\n5,6\n");
  }

  @Test
  void anotherFileIsLeftAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("log.csv"), "notes");
    assertThatThrownBy(() -> new CsvLog("test", file, "a,b"))
        .hasMessageContaining("test: file must be new, or a log with the header \"a,b\"")
        .hasMessageContaining("\"notes\"");
    assertThat(file).hasContent("notes");
  }
}
