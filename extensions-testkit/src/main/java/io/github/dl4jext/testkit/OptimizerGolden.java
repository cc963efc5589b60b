package io.github.dl4jext.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The path of an optimizer down a quadratic, computed by another program.
 *
 * @param spec the spec of the optimizer, as {@link io.github.dl4jext.spi.Plugins} reads it
 * @param matrix the matrix H of the gradient {@code H p - b}
 * @param offset the vector b
 * @param start the parameters before the first step
 * @param path the parameters after some of the steps, by the number of the step, from 1
 */
public record OptimizerGolden(
    String spec, double[][] matrix, double[] offset, double[] start, Map<Integer, double[]> path) {

  /**
   * Reads a path from a JSON file on the class path, of the form {@code {"problem": {"H": ..., "b":
   * ..., "p0": ...}, "cases": {name: {"params": {"1": [...], ...}}}}}.
   *
   * @param resource the file's absolute name
   * @param name the name of the case; a case may have a problem of its own
   * @param spec the spec of the optimizer with the hyperparameters of the case
   * @return the path
   * @throws IllegalArgumentException if there is no such file, or no such case in it
   * @throws UncheckedIOException if the file cannot be read
   */
  public static OptimizerGolden read(String resource, String name, String spec) {
    try (InputStream in = OptimizerGolden.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + resource + " on the class path");
      }
      JsonNode file = new ObjectMapper().readTree(in);
      JsonNode found = file.get("cases").get(name);
      if (found == null) {
        throw new IllegalArgumentException("no case " + name + " in " + resource);
      }
      JsonNode problem = found.has("problem") ? found.get("problem") : file.get("problem");
      List<double[]> rows = new ArrayList<>();
      problem.get("H").forEach(row -> rows.add(numbers(row)));
      Map<Integer, double[]> path = new TreeMap<>();
      found
          .get("params")
          .fields()
          .forEachRemaining(e -> path.put(Integer.valueOf(e.getKey()), numbers(e.getValue())));
      return new OptimizerGolden(
          spec,
          rows.toArray(double[][]::new),
          numbers(problem.get("b")),
          numbers(problem.get("p0")),
          path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  /**
   * Computes the gradient at a point.
   *
   * @param point the parameters
   * @return {@code H p - b}
   */
  double[] gradient(double[] point) {
    double[] gradient = new double[offset.length];
    for (int i = 0; i < gradient.length; i++) {
      double sum = -offset[i];
      for (int j = 0; j < gradient.length; j++) {
        sum += matrix[i][j] * point[j];
      }
      gradient[i] = sum;
    }
    return gradient;
  }
}
