package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be read gets one message that says what, where and how to mend it. */
class RefusedFilesTest {

  private static final Set<String> FUNCTIONAL =
      Set.of("shared", "second_output", "squeeze_and_excitation", "operation");

  @TempDir Path folder;

  private static void refused(Path file, String... parts) {
    assertThatThrownBy(() -> KerasImport.sequential(file))
        .isInstanceOf(KerasImportException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).hasSizeLessThan(600));
  }

  @Test
  void aKerasArchive() throws IOException {
    Path file = folder.resolve("model.keras");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("metadata.json"));
    }
    refused(file, "model.keras is a .keras archive", "model.save(\"model.h5\")");
  }

  @Test
  void noFile() {
    refused(folder.resolve("none.h5"), "none.h5 cannot be read", "NoSuchFileException");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 100})
  void noHdf5(int length) throws IOException {
    Path file = folder.resolve("text.h5");
    Files.write(file, new byte[length]);
    refused(file, "text.h5 is not an HDF5 file", "model.save(\"model.h5\")");
  }

  /** Cut off anywhere, or with bytes that are not as written, and nothing is half-imported. */
  @ParameterizedTest
  @ValueSource(ints = {10, 56, 500, 2048, 5000, 12000, 21000})
  void aDamagedFile(int length) throws IOException {
    byte[] whole = Files.readAllBytes(KerasFiles.path("dense_3_5_0"));
    Path file = folder.resolve("cut.h5");
    Files.write(file, Arrays.copyOf(whole, length));
    refused(file, "cut.h5 begins as an HDF5 file but cannot be read: it is damaged or truncated");
  }

  @Test
  void onlyWeights() {
    refused(KerasFiles.path("only_weights"), "only_weights.h5 has weights only", "model.save(");
  }

  @Test
  void anUnknownLayer() {
    refused(
        KerasFiles.path("faulty/unknown_layer"),
        "layer \"attention\" (MultiHeadAttention): a layer of this class cannot be imported",
        "Save the layers below it");
  }

  @Test
  void anUnknownActivation() {
    refused(
        KerasFiles.path("faulty/unknown_activation"),
        "layer \"dense\" (Dense): activation my_activation is not known");
  }

  @Test
  void theOtherKindOfModel() {
    refused(
        KerasFiles.path("residual"),
        "residual.h5 holds a functional model; read it with KerasImport.graph");
    assertThatThrownBy(() -> KerasImport.graph(KerasFiles.path("dense_3_5_0")))
        .hasMessageContaining("holds a sequential model; read it with KerasImport.sequential");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "go_backwards | layer \"lstm\" (LSTM): go_backwards must be False to be imported, was True",
        "shared | layer \"b\" is used 2 times with the same weights",
        "second_output | takes output 1 of use 0 of layer \"a\"",
        "nested | layer \"inner\" (Sequential): a model within a model cannot be imported; make one",
        "subclassed | the model is a MyModel; only a Sequential and a functional model",
        "keras_1 | was written by Keras 1.2.2, only files of Keras 2 and 3 are read",
        "no_input_shape | layer \"dense_input\" (InputLayer): batch_input_shape",
        "no_weights | layer \"dense\" (Dense) has no weights in the file",
        "other_weights | layer \"dense\": its parameter W must have 6 elements, the file has 10",
        "bad_rate | layer \"drop\" (Dropout): rate must be a number, was half",
        "bad_json | its attribute model_config is not JSON",
        "squeeze_and_excitation | layer \"excite\" (Multiply): DL4J's import refuses it: Invalid input:"
            + " ElementWise vertex",
        "gru | layer \"gru\" (GRU): DL4J has no such layer; train the model with LSTM in its place",
        "channels_first | layer \"conv\" (Conv2D): data_format must be channels_last to be imported,"
            + " was channels_first; make the model with channels_last in Keras",
        "masking | layer \"mask\" (Masking): save the model without it, which has the same weights,"
            + " and give the network a mask",
        "mask_zero | layer \"words\" (Embedding): mask_zero must be False to be imported, was True;"
            + " save the model without it",
        "lambda | layer \"double\" (Lambda): it is a program in Python; take layers of Keras",
        "operation | layer \"tf.math.multiply\" (TFOpLambda): a layer of this class cannot be",
        "sparsemax | layer \"out\" (Dense): activation sparsemax is not known; replace it in Keras",
        "rate_above_1 | layer \"drop\" (Dropout): dropout: rate must be a number in [0, 1)",
        "no_units | layer \"second\" (Dense): DL4J's import refuses it: Could not determine number of",
        "no_axis | layer \"norm\" (BatchNormalization): axis must name one axis, was []"
      })
  void aModelThatCannotBe(String file, String message) {
    Path path = KerasFiles.path("faulty/" + file);
    assertThatThrownBy(
            () -> {
              if (FUNCTIONAL.contains(file)) {
                KerasImport.graph(path);
              } else {
                KerasImport.sequential(path);
              }
            })
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(path + "")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }

  /**
   * The network is there, and what cannot be had is said in the report and when it is asked for.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ftrl | optimizer Ftrl is not known; known are SGD",
        "adafactor | optimizer Adafactor is not known; known are SGD",
        "log_cosh | loss log_cosh is not known; known are mse"
      })
  void aTrainingThatCannotBe(String file, String message) {
    Path path = KerasFiles.path("faulty/" + file);
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(path);
    assertThat(model.network().numParams()).isEqualTo(8);
    assertThat(model.report().of(KerasReport.Treatment.IGNORED).toString()).contains(message);
    assertThatThrownBy(model::trainable)
        .isInstanceOf(KerasImportException.class)
        .hasMessageStartingWith(path + ": " + message)
        .hasMessageContaining("TransferBuilder");
  }

  @Test
  void withoutTrainingConfiguration() {
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path("not_compiled"));
    assertThat(model.network().numParams()).isEqualTo(8);
    assertThatThrownBy(model::trainable)
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("not_compiled.h5 was saved without loss and optimizer")
        .hasMessageContaining("TransferBuilder");
  }
}
