package io.github.dl4jext.uncertainty;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Values of golden/monte_carlo.csv, which golden/monte_carlo.py makes. */
final class MonteCarloGolden {

  private static final Map<String, double[]> VALUES = read();

  private MonteCarloGolden() {}

  static double[] of(String name) {
    return VALUES.get(name);
  }

  private static Map<String, double[]> read() {
    Map<String, double[]> values = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                MonteCarloGolden.class.getResourceAsStream("/golden/monte_carlo.csv"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] cells = line.split(",");
          values.put(
              cells[0],
              Arrays.stream(cells).skip(1).mapToDouble(MonteCarloGolden::number).toArray());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  private static double number(String cell) {
    return cell.equals("nan") ? Double.NaN : Double.parseDouble(cell);
  }
}
