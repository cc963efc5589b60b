package io.github.dl4jext.keras;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.hdf5.AbstractDs;
import org.bytedeco.hdf5.IdComponent;
import org.bytedeco.javacpp.PointerScope;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The files of {@code keras_files.py}, with the inputs and outputs that numpy computed. */
final class KerasFiles {

  private KerasFiles() {}

  static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(KerasFiles.class.getResource("/keras/" + name + ".h5"), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static INDArray expected(String model, String array) {
    return Objects.requireNonNull(arrays(model).get(array), array);
  }

  static INDArray[] inputs(String model) {
    return arrays(model).entrySet().stream()
        .filter(array -> array.getKey().startsWith("input"))
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toArray(INDArray[]::new);
  }

  private static Map<String, INDArray> arrays(String model) {
    try (KerasFile file = KerasFile.open(path("expected"))) {
      return file.arrays(model);
    }
  }

  /**
   * Frees the objects of HDF5's library where they were made. DL4J leaves types and attributes to
   * the garbage collector, which frees them in a thread of its own, and that may end the program.
   */
  @SuppressWarnings("unchecked") // an array of classes
  static PointerScope objectsOfHdf5() {
    Objects.requireNonNull(
        Hdf5Archive.LOCK_OBJECT, "a static type of that class must not be freed");
    return new PointerScope(IdComponent.class, AbstractDs.class);
  }
}
