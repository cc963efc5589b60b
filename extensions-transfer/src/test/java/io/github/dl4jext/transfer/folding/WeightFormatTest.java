package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Rounding agrees with PyTorch's, bit for bit; see weight-formats.py. */
class WeightFormatTest {

  @Test
  void agreesWithPyTorch() throws IOException {
    int lines = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                getClass().getResourceAsStream("weight-formats.csv"), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] numbers = line.split(",");
        double value = Double.parseDouble(numbers[0]);
        assertThat(WeightFormat.HALF.round(value)).as(line).isEqualTo(Double.valueOf(numbers[1]));
        assertThat(WeightFormat.BFLOAT16.round(value))
            .as(line)
            .isEqualTo(Double.valueOf(numbers[2]));
        lines++;
      }
    }
    assertThat(lines).isEqualTo(200);
  }

  @Property
  void roundedStaysRounded(@ForAll double value, @ForAll WeightFormat format) {
    double once = format.round(value);
    assertThat(format.round(once)).isEqualTo(once);
    assertThat(format.round(-value)).isEqualTo(-once);
  }

  @Test
  void numbersOfTheDocumentation() {
    assertThat(WeightFormat.HALF.round(0.1)).isEqualTo(0.0999755859375);
    assertThat(WeightFormat.BFLOAT16.round(0.1)).isEqualTo(0.10009765625);
    assertThat(WeightFormat.HALF.round(Double.NaN)).isNaN();
  }
}
