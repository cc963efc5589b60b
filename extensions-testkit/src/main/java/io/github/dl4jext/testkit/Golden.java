package io.github.dl4jext.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * A point of a function, computed by another program with higher precision than ours.
 *
 * @param x the argument, exact in float and in double
 * @param value the function at x
 * @param derivative its derivative at x
 */
public record Golden(double x, double value, double derivative) {

  /**
   * Reads points from a JSON file on the class path, of the form {@code {"x": [...], "name": {"y":
   * [...], "dy": [...]}}}.
   *
   * @param resource the file's absolute name, such as {@code /golden/activations.json}
   * @param name the function's key in the file
   * @return the points
   * @throws IllegalArgumentException if there is no such file, or no such function in it
   * @throws UncheckedIOException if the file cannot be read
   */
  public static List<Golden> read(String resource, String name) {
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + resource + " on the class path");
      }
      JsonNode file = new ObjectMapper().readTree(in);
      if (!file.has(name)) {
        throw new IllegalArgumentException("no function " + name + " in " + resource);
      }
      JsonNode x = file.get("x");
      JsonNode y = file.get(name).get("y");
      JsonNode dy = file.get(name).get("dy");
      List<Golden> points = new ArrayList<>();
      for (int i = 0; i < x.size(); i++) {
        points.add(new Golden(x.get(i).asDouble(), y.get(i).asDouble(), dy.get(i).asDouble()));
      }
      return points;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
