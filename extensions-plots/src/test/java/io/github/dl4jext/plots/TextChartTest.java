package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextChartTest {

  @Test
  void looksLikeTheLine() {
    String text =
        LineChart.titled("Learning-rate finder")
            .xLabel("rate")
            .yLabel("loss")
            .logX()
            .line("", new double[] {1e-4, 1e-3, 1e-2, 1e-1}, new double[] {2, 2, 1, 4})
            .marker("suggested", 1e-3)
            .build()
            .toText();
    assertThat(text)
        .isEqualTo(
            """
            Learning-rate finder (loss)
            4.0 |                         :                                               **
                |                         :                                              *
            3.5 |                         :                                            **
                |                         :                                          **
            3.0 |                         :                                        **
                |                         :                                       *
                |                         :                                     **
            2.5 |                         :                                  ***
                |                         :                                 *
            2.0 |******************************                           **
                |                         :    ******                   **
            1.5 |                         :          *****            **
                |                         :               ******    **
            1.0 |                         :                     ****
                +---------------------------------------------------------------------------
                 0.0001                 0.001                   0.01                     0.1
                                                    rate
                 : suggested
            """);
  }

  @Test
  void everyLineHasItsMarkAndItsName() {
    String text = LineChart.titled("two").line("up", 0, 1).line("down", 1, 0).build().toText();
    List<String> rows = text.lines().toList();
    assertThat(rows.get(1)).startsWith("1.0 |+").endsWith("*");
    assertThat(rows.get(14)).startsWith("0.0 |*").endsWith("+");
    assertThat(text).contains("* up   + down");
  }

  @Test
  void isAsciiOfAtMostTwentyByEightyWhateverTheNames() {
    LineChart.Builder chart =
        LineChart.titled("t".repeat(200)).xLabel("x".repeat(200)).yLabel("y\n\ty");
    IntStream.range(0, 30).forEach(i -> chart.line("a rather long name " + i, i, 30 - i));
    List<String> rows = chart.marker("m", 0).build().toText().lines().toList();
    assertThat(rows).hasSizeLessThanOrEqualTo(20);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row).matches("[ -~]*").hasSizeLessThanOrEqualTo(80));
    assertThat(rows.get(rows.size() - 1)).endsWith("...");
  }
}
