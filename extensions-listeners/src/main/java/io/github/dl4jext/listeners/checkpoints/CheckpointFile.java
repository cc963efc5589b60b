package io.github.dl4jext.listeners.checkpoints;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.ConfigurationReading;
import io.github.dl4jext.spi.TrustedClasses;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Writes and reads a checkpoint: a zip file in the format of DL4J's {@code ModelSerializer}, which
 * DL4J can load, with one additional entry for the memory of the training.
 */
final class CheckpointFile {

  /** None of DL4J's names begins like this. */
  private static final String TRAINING = "dl4jext/training.bin";

  private static final String GRAPH_ONLY = "networkInputs";

  private CheckpointFile() {}

  static void write(
      Network network, ListenerState training, @Nullable Normalizer<?> normalizer, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.putNextEntry(new ZipEntry(ModelSerializer.CONFIGURATION_JSON));
    zip.write(network.configuration().toJson().getBytes(StandardCharsets.UTF_8));
    INDArray parameters = network.parameters();
    boolean hasParameters = parameters != null && !parameters.isEmpty();
    write(zip, ModelSerializer.COEFFICIENTS_BIN, hasParameters ? parameters : null);
    if (!hasParameters) {
      zip.putNextEntry(new ZipEntry(ModelSerializer.NO_PARAMS_MARKER));
    }
    INDArray updaterState = network.updaterStateView().orElse(null);
    if (updaterState != null && !updaterState.isEmpty()) {
      write(zip, ModelSerializer.UPDATER_BIN, updaterState);
    }
    if (normalizer != null) {
      zip.putNextEntry(new ZipEntry(ModelSerializer.NORMALIZER_BIN));
      NormalizerSerializer.getDefault().write(normalizer, new Unclosed(zip));
    }
    zip.putNextEntry(new ZipEntry(TRAINING));
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zip));
    training.writeTo(data);
    data.flush();
    zip.finish();
  }

  private static void write(ZipOutputStream zip, String name, @Nullable INDArray array)
      throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    if (array != null) {
      DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zip));
      Nd4j.write(array, data);
      data.flush();
    }
  }

  /** Reads the network, of either type, unless the file names foreign classes. */
  static Model network(Path file) throws IOException {
    TrustedClasses.requireIn(file);
    boolean graph = new ObjectMapper().readTree(configuration(file)).has(GRAPH_ONLY);
    return ConfigurationReading.withPlugins(
        () ->
            graph
                ? ModelSerializer.restoreComputationGraph(file.toFile(), true)
                : ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true));
  }

  static String configuration(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(ModelSerializer.CONFIGURATION_JSON))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Reads the memory of the training; empty if DL4J has written the file. */
  static Optional<ListenerState> training(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(TRAINING);
      if (entry == null) {
        return Optional.empty();
      }
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(zip.getInputStream(entry)))) {
        return Optional.of(ListenerState.readFrom(in));
      }
    }
  }

  static Optional<Normalizer<?>> normalizer(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(ModelSerializer.NORMALIZER_BIN);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return Optional.of(NormalizerSerializer.getDefault().restore(in));
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("the normalizer cannot be read (" + e + ")", e);
      }
    }
  }

  /**
   * Reads the whole zip file in two ways: entry by entry from the beginning, as DL4J loads it, and
   * by the directory at its end. Both must have the same entries with the right checksums.
   */
  static void check(Path file) throws IOException {
    Map<String, Long> sums = new HashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        sums.put(entry.getName(), sum(zip));
      }
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (String part :
          List.of(ModelSerializer.CONFIGURATION_JSON, ModelSerializer.COEFFICIENTS_BIN)) {
        if (zip.getEntry(part) == null) {
          throw new IOException("there is no " + part + " in it");
        }
      }
      for (ZipEntry entry : Collections.list(zip.entries())) {
        Long sum = sums.remove(entry.getName());
        try (InputStream in = zip.getInputStream(entry)) {
          if (sum == null || sum != entry.getCrc() || sum(in) != sum) {
            throw new IOException("the checksum of " + entry.getName() + " is wrong");
          }
        }
      }
      if (!sums.isEmpty()) {
        throw new IOException("its directory does not have " + sums.keySet());
      }
    }
  }

  private static long sum(InputStream in) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
    checked.transferTo(OutputStream.nullOutputStream());
    return checked.getChecksum().getValue();
  }

  /** A stream that stays open when the normalizer's serializer closes it. */
  private static final class Unclosed extends FilterOutputStream {

    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
