package io.github.dl4jext.regularization;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What PyTorch computes, written by the scripts beside the files, such as {@code constraints.py}.
 */
public final class GoldenFile {

  private static final JsonNode FILE = read("constraints");

  private GoldenFile() {}

  /** Another file, by its name without the ending. */
  public static JsonNode read(String name) {
    try (InputStream in = GoldenFile.class.getResourceAsStream("/golden/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers at a path such as {@code smoothed.scores}. */
  public static double[] numbers(String path) {
    return values(FILE.at("/" + path.replace('.', '/')));
  }

  public static double number(String path) {
    return FILE.at("/" + path.replace('.', '/')).asDouble();
  }

  /** A list of rows as a matrix in double. */
  public static INDArray matrix(String path) {
    JsonNode rows = FILE.at("/" + path.replace('.', '/'));
    double[][] matrix = new double[rows.size()][];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = values(rows.get(i));
    }
    return Nd4j.createFromArray(matrix);
  }

  private static double[] values(JsonNode list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asDouble();
    }
    return values;
  }
}
