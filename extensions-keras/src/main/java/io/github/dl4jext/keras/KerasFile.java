package io.github.dl4jext.keras;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.hdf5.AbstractDs;
import org.bytedeco.hdf5.IdComponent;
import org.bytedeco.javacpp.PointerScope;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
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
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Path path;
  private final Hdf5Archive archive;

  private KerasFile(Path path, Hdf5Archive archive) {
    this.path = path;
    this.archive = archive;
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
          path + " is no HDF5 file; in Keras, save the model by model.save(\"model.h5\")");
    }
    if (length(path) < Math.max(SUPERBLOCK, endOfData(start))) {
      throw damaged(path, null);
    }
    try {
      return new KerasFile(path, new Hdf5Archive(path.toString()));
    } catch (LinkageError e) {
      throw new KerasImportException(
          "the library of HDF5 for this system is not on the class path; add"
              + " org.bytedeco:hdf5:1.12.1-1.5.7 with the classifier of the system, such as"
              + " linux-x86_64, or org.bytedeco:hdf5-platform",
          e);
    } catch (RuntimeException e) {
      throw damaged(path, e);
    }
  }

  private static KerasImportException damaged(Path path, @Nullable Throwable cause) {
    return new KerasImportException(
        path + " begins as an HDF5 file but cannot be read: it is damaged or cut off", cause);
  }

  /**
   * Where the file must end, by its superblock. HDF5's library is not shown files that are cut off,
   * as what it leaves open of them may end the program when Java exits.
   */
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
          path + ": its attribute " + attribute + " is no JSON: it is damaged", e);
    }
  }

  /** An attribute of the file; empty if it has none of this name. */
  private String attribute(String name) {
    return reading(
        () -> {
          if (!archive.hasAttribute(name)) {
            return "";
          }
          return archive.readAttributeAsString(name).strip();
        });
  }

  /**
   * The weights of a layer by Keras's names, such as {@code kernel}; those of the two halves of a
   * bidirectional layer are {@code forward_kernel} and {@code backward_kernel}.
   */
  Map<String, INDArray> weights(String layer) {
    return reading(
        () -> {
          Map<String, INDArray> weights = new LinkedHashMap<>();
          String group = WEIGHTS + "/" + layer;
          if (archive.getGroups().contains(WEIGHTS) && exists(WEIGHTS, layer)) {
            collect(group, "", weights);
          }
          return weights;
        });
  }

  /** Names with slashes are groups within groups. */
  private boolean exists(String parent, String layer) {
    int slash = layer.indexOf('/');
    String first = slash < 0 ? layer : layer.substring(0, slash);
    return archive.getGroups(parent).contains(first)
        && (slash < 0 || exists(parent + "/" + first, layer.substring(slash + 1)));
  }

  private void collect(String group, String direction, Map<String, INDArray> weights)
      throws UnsupportedKerasConfigurationException {
    for (String name : archive.getDataSets(group)) {
      weights.put(direction + name.replaceFirst(":\\d+$", ""), archive.readDataSet(name, group));
    }
    for (String name : archive.getGroups(group)) {
      String within =
          name.startsWith("forward_")
              ? "forward_"
              : name.startsWith("backward_") ? "backward_" : direction;
      collect(group + "/" + name, within, weights);
    }
  }

  private interface Reading<T> {
    T read() throws UnsupportedKerasConfigurationException;
  }

  /**
   * Frees the library's objects where they were made. DL4J leaves types and attributes to the
   * garbage collector, which frees them in a thread of its own, and that may end the program.
   */
  @SuppressWarnings("unchecked") // an array of classes
  static PointerScope objectsOfHdf5() {
    Objects.requireNonNull(
        Hdf5Archive.LOCK_OBJECT, "a static type of that class must not be freed");
    return new PointerScope(IdComponent.class, AbstractDs.class);
  }

  private <T> T reading(Reading<T> what) {
    synchronized (Hdf5Archive.LOCK_OBJECT) {
      PointerScope objects = objectsOfHdf5();
      try {
        return what.read();
      } catch (KerasImportException e) {
        throw e;
      } catch (RuntimeException | UnsupportedKerasConfigurationException e) {
        throw damaged(path, e);
      } finally {
        objects.close();
      }
    }
  }

  @Override
  public void close() {
    archive.close();
  }
}
