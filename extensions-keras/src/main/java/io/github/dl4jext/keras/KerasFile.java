package io.github.dl4jext.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.json.JsonReadFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/** Reads an HDF5 file that Keras 2 or 3 has written with {@code model.save("model.h5")}. */
final class KerasFile implements AutoCloseable {

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** As many bytes as tell where the file ends. */
  private static final int SUPERBLOCK = 56;

  private static final byte[] ZIP = {'P', 'K'};
  private static final String WEIGHTS = "model_weights";
  private static final int MOST_GROUPS = 32;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Path path;
  private final HdfFile file;

  private KerasFile(Path path, HdfFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens a file, after a look at its first bytes: HDF5's library tells little of what is wrong.
   */
  static KerasFile open(Path path) {
    byte[] start = start(path);
    if (Arrays.equals(start, 0, 2, ZIP, 0, 2)) {
      throw new KerasImportException(
          path
              + " is a .keras archive, which is not HDF5; in Keras, save it as such:"
              + " model.save(\"model.h5\")");
    }
    if (!Arrays.equals(start, 0, HDF5.length, HDF5, 0, HDF5.length)) {
      throw new KerasImportException(
          path + " is not an HDF5 file; in Keras, save the model by model.save(\"model.h5\")");
    }
    if (length(path) < Math.max(SUPERBLOCK, endOfData(start))) {
      throw damaged(path, null);
    }
    try {
      return new KerasFile(path, new HdfFile(path));
    } catch (RuntimeException e) {
      throw damaged(path, e);
    }
  }

  private static KerasImportException damaged(Path path, @Nullable Throwable cause) {
    return new KerasImportException(
        path + " begins as an HDF5 file but cannot be read: it is damaged or truncated", cause);
  }

  /** Where the file must end, by its superblock; 0 if that does not say it. */
  private static long endOfData(byte[] start) {
    int version = start[8];
    int sizeOfAddresses = start[version < 2 ? 13 : 9];
    int place = version < 2 ? 40 + 4 * version : 28;
    return sizeOfAddresses == Long.BYTES
        ? ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(place)
        : 0;
  }

  private static long length(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new KerasImportException(path + " cannot be read: " + e, e);
    }
  }

  private static byte[] start(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.copyOf(in.readNBytes(SUPERBLOCK), SUPERBLOCK);
    } catch (IOException e) {
      throw new KerasImportException(path + " cannot be read: " + e, e);
    }
  }

  /** The version of Keras that wrote the file, such as 2 or 3. */
  int kerasVersion() {
    String version = attribute("keras_version");
    int major = version.isEmpty() ? 1 : Character.digit(version.charAt(0), 10);
    if (major != 2 && major != 3) {
      throw new KerasImportException(
          path
              + " was written by Keras "
              + (version.isEmpty() ? "before 1.0.8" : version)
              + ", only files of Keras 2 and 3 are read; load it in Keras 2 and save it again, or"
              + " try DL4J's KerasModelImport");
    }
    return major;
  }

  KerasFields modelConfig() {
    String json = attribute("model_config");
    if (json.isEmpty()) {
      throw new KerasImportException(
          path
              + " has weights only, without the layers that they belong to; save the whole model"
              + " by model.save(\"model.h5\"), not by save_weights");
    }
    return KerasFields.of("the model", parsed(json, "model_config"));
  }

  /** Loss and optimizer; null if the model was saved without them. */
  @Nullable KerasFields trainingConfig() {
    String json = attribute("training_config");
    return json.isEmpty()
        ? null
        : KerasFields.of("the training configuration", parsed(json, "training_config"));
  }

  private @Nullable Object parsed(String json, String attribute) {
    try {
      return JSON.readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new KerasImportException(
          path + ": its attribute " + attribute + " is not JSON, so the file is damaged", e);
    }
  }

  /** An attribute of the file; empty if it has none of this name. */
  private String attribute(String name) {
    Object value =
        reading(
            () -> {
              Attribute attribute = file.getAttribute(name);
              return attribute == null ? "" : attribute.getData();
            });
    if (value instanceof String text) {
      return text.strip();
    }
    throw new KerasImportException(
        path + ": its attribute " + name + " is not text, so the file is damaged");
  }

  /**
   * The weights of a layer by Keras's names, such as {@code kernel}; those of the two halves of a
   * bidirectional layer are {@code forward_kernel} and {@code backward_kernel}.
   */
  Map<String, INDArray> weights(String layer) {
    return arrays(WEIGHTS + "/" + layer);
  }

  /** What is in a group, and in the groups within it. */
  Map<String, INDArray> arrays(String path) {
    return reading(
        () -> {
          Map<String, INDArray> weights = new LinkedHashMap<>();
          Node group = file;
          for (String name : path.split("/")) { // names with slashes are groups within groups
            group = group instanceof Group parent ? parent.getChild(name) : null;
          }
          if (group instanceof Group found) {
            collect(found, "", weights, 0);
          }
          return weights;
        });
  }

  private void collect(Group group, String direction, Map<String, INDArray> weights, int depth) {
    if (depth > MOST_GROUPS) {
      throw damaged(path, null); // a group that is within itself
    }
    for (Node node : group.getChildren().values()) {
      String name = node.getName();
      if (node instanceof Dataset data) {
        weights.put(direction + name.replaceFirst(":\\d+$", ""), array(data));
      } else if (node instanceof Group inner) {
        String within =
            name.startsWith("forward_")
                ? "forward_"
                : name.startsWith("backward_") ? "backward_" : direction;
        collect(inner, within, weights, depth + 1);
      }
    }
  }

  /** Numbers of any type, as float. Where a file is damaged the shape may be of any size. */
  private INDArray array(Dataset data) {
    long size = 1;
    for (int length : data.getDimensions()) {
      size = Math.multiplyExact(size, (long) length);
    }
    if (data.isEmpty() || size == 0) {
      return Nd4j.empty(DataType.FLOAT);
    }
    if (!(data instanceof ChunkedDataset) && size > length(path)) {
      throw damaged(path, null);
    }
    Object numbers = data.getDataFlat();
    float[] values = new float[(int) size];
    for (int i = 0; i < values.length; i++) {
      Object number = numbers.getClass().isArray() ? Array.get(numbers, i) : numbers;
      if (!(number instanceof Number value)) {
        throw new KerasImportException(
            path + ": its weights " + data.getPath() + " are not numbers, so the file is damaged");
      }
      values[i] = value.floatValue();
    }
    long[] shape = Arrays.stream(data.getDimensions()).asLongStream().toArray();
    return Nd4j.create(values, shape, 'c').castTo(DataType.FLOAT);
  }

  private <T> T reading(Supplier<T> what) {
    try {
      return what.get();
    } catch (KerasImportException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      throw damaged(path, e); // a damaged length may ask for more memory than there is
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
