package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LrFindCommandTest {

  private final Console console = new Console();

  @Test
  void showsTheCurveAndWhatItSuggests(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("curve.csv");
    String[] arguments = {"lr-find", "--steps", "40", "--seeds", "2", "--out", file.toString()};
    assertThat(console.run(arguments)).isZero();
    assertThat(console.out())
        .contains("loss by learning rate", "smoothed loss", "valley")
        .containsPattern("valley \\(take this\\) +[\\d.E-]+")
        .contains("steep ", "slide ", "minimum ", "valleys of the single sweeps: ")
        .contains("curve: " + file);
    List<String> curve = Files.readAllLines(file);
    assertThat(curve.get(0)).isEqualTo("rate,loss,smoothed,loss_1,loss_2");
    assertThat(curve.get(1)).startsWith("1.0E-4,");
  }

  @Test
  void drawsTheCurve(@TempDir Path folder) throws IOException {
    Path svg = folder.resolve("curve.svg");
    Path png = folder.resolve("curve.PNG");
    for (Path file : List.of(svg, png)) {
      assertThat(console.run("lr-find", "--steps", "40", "--seeds", "1", "--out", file.toString()))
          .isZero();
    }
    assertThat(Files.readString(svg)).startsWith("<svg").contains("smoothed loss", "valley");
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(800);
  }

  @Test
  void saysWhatIsWrong(@TempDir Path folder) {
    assertThat(console.run("lr-find", "--steps", "3", "--from", "20")).isEqualTo(2);
    assertThat(console.err())
        .contains("learning_rate_finder: steps must be a whole number in [23, inf), was 3")
        .contains("endRate must be more than startRate, was 10.0");
    assertThat(console.run("lr-find", "--batch", "0")).isEqualTo(2);
    assertThat(console.err()).contains("--batch must be at least 1, was 0");
    assertThat(console.run("lr-find", "--data", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(console.err()).contains("neither one of these words nor an existing folder");
    assertThat(console.run("lr-find", "--out", "curve.txt")).isEqualTo(2);
    assertThat(console.err()).contains("--out must end in .csv, .svg or .png, was curve.txt");
    String nowhere = folder.resolve("none/curve.csv").toString();
    assertThat(console.run("lr-find", "--steps", "23", "--seeds", "1", "--out", nowhere))
        .isEqualTo(1);
    assertThat(console.err()).contains("must be a file in a folder that exists");
  }
}
