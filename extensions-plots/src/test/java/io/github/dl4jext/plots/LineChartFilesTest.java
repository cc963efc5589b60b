package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineChartFilesTest {

  @TempDir private Path folder;

  private final LineChart chart =
      LineChart.titled("Rates")
          .line("rising", 0.125, 0.5)
          .line("falling, \"slowly\"", 1, Double.NaN)
          .build();

  @Test
  void writesSvg() throws IOException {
    Path file = folder.resolve("new/folder/chart.svg");
    chart.writeSvg(file);
    assertThat(Files.readString(file)).isEqualTo(chart.toSvg() + "\n");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).as("nothing temporary is left").containsExactly(file);
    }
  }

  @Test
  void writesPngOfTheSizeAskedFor() throws IOException {
    Path file = folder.resolve("chart.png");
    chart.writePng(file, 900, 450);
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isEqualTo(900);
    assertThat(image.getHeight()).isEqualTo(450);
    assertThat(colours(image))
        .as("white paper, the line's blue, the dot's orange")
        .contains(0xffffff, 0x0072b2, 0xd55e00);
  }

  @Test
  void aLongLegendFitsIntoThePng() throws IOException {
    LineChart.Builder many = LineChart.titled("many");
    IntStream.range(0, 60).forEach(i -> many.line("line number " + i, 0, i));
    Path file = folder.resolve("many.png");
    many.build().writePng(file, 400, 300);
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(colours(image.getSubimage(0, 240, 400, 60)))
        .as("the legend is within the picture")
        .contains(0x0072b2);
    assertThat(colours(image.getSubimage(0, 297, 400, 3))).containsExactly(0xffffff);
  }

  @Test
  void whereItCannotWriteItSaysWhy() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> chart.writeSvg(file.resolve("chart.svg")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("the chart cannot be written to " + file.resolve("chart.svg"))
        .hasMessageContaining(file + " is a file, not a folder");
    assertThatThrownBy(() -> chart.writePng(folder, 300, 200))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder + ": it is a folder");
    assertThatThrownBy(() -> chart.writeSvg(Path.of("/")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("it is a folder");
    assertThat(file).hasContent("mine");
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y) & 0xffffff);
      }
    }
    return colours;
  }
}
