package io.github.dl4jext.keras;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
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
    return reading(file -> file.readDataSet(array, model));
  }

  static INDArray[] inputs(String model) {
    return reading(file -> file.getDataSets(model)).stream()
        .filter(array -> array.startsWith("input"))
        .sorted()
        .map(array -> expected(model, array))
        .toArray(INDArray[]::new);
  }

  private interface Reading<T> {
    T of(Hdf5Archive file) throws UnsupportedKerasConfigurationException;
  }

  private static <T> T reading(Reading<T> what) {
    PointerScope objects = KerasFile.objectsOfHdf5();
    try (Hdf5Archive file = new Hdf5Archive(path("expected").toString())) {
      return what.of(file);
    } catch (UnsupportedKerasConfigurationException e) {
      throw new IllegalStateException(e);
    } finally {
      objects.close();
    }
  }
}
