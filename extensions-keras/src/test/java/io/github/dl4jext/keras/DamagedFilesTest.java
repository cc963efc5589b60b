package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Of files that are damaged inside, though of full length, each is read or refused by one message:
 * none ends the program, none throws anything else. HDF5 has no checksums, so that what hits the
 * numbers of the weights goes unseen.
 */
class DamagedFilesTest {

  private static final String FILE = "dense_3_5_0";

  enum Damage {
    FLIPPED,
    ZERO,
    ONES,
    ZEROS_OF_A_SECTOR;

    void at(int place, byte[] bytes) {
      switch (this) {
        case FLIPPED -> bytes[place] ^= 0x5a;
        case ZERO -> bytes[place] = 0;
        case ONES -> bytes[place] = -1;
        case ZEROS_OF_A_SECTOR ->
            Arrays.fill(bytes, place, Math.min(place + 512, bytes.length), (byte) 0);
      }
    }
  }

  @TempDir Path folder;

  private static double[] weights(Path file) {
    return Network.of(KerasImport.sequential(file).network())
        .parameters()
        .dup('c')
        .data()
        .asDouble();
  }

  @ParameterizedTest
  @EnumSource
  void eachIsReadOrRefused(Damage damage) throws IOException {
    byte[] whole = Files.readAllBytes(KerasFiles.path(FILE));
    double[] wanted = weights(KerasFiles.path(FILE));
    int read = 0;
    int refused = 0;
    for (int place = 3; place < whole.length; place += 149) {
      byte[] bytes = whole.clone();
      damage.at(place, bytes);
      if (Arrays.equals(bytes, whole)) {
        continue;
      }
      Path file = folder.resolve("damaged_" + place + ".h5");
      Files.write(file, bytes);
      try {
        assertThat(weights(file)).as("damaged at " + place).hasSameSizeAs(wanted);
        read++;
      } catch (KerasImportException e) {
        assertThat(e.getMessage())
            .as("damaged at " + place)
            .contains(file.toString())
            .hasSizeLessThan(600);
        refused++;
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isGreaterThan(10);
  }
}
