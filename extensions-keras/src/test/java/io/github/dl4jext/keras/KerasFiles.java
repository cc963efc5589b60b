package io.github.dl4jext.keras;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
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
    try (Hdf5Archive file = new Hdf5Archive(path("expected").toString())) {
      return file.readDataSet(array, model);
    } catch (UnsupportedKerasConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  static INDArray[] inputs(String model) {
    List<String> arrays;
    try (Hdf5Archive file = new Hdf5Archive(path("expected").toString())) {
      arrays = file.getDataSets(model);
    }
    return arrays.stream()
        .filter(array -> array.startsWith("input"))
        .sorted()
        .map(array -> expected(model, array))
        .toArray(INDArray[]::new);
  }
}
