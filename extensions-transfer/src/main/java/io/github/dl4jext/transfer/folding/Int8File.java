package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.TrustedClasses;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Stores a network with weights of 8 bits, and restores it as a network that computes in its own
 * type.
 *
 * <pre>{@code
 * Int8File.write(net, Path.of("net.int8"));
 * MultiLayerNetwork small = Int8File.restoreMultiLayerNetwork(Path.of("net.int8"));
 * }</pre>
 *
 * <p>The restored network is, to the last bit, the one that {@link ReducedPrecision#int8} makes;
 * that method also measures the loss of precision. Biases, gains, recurrent weights with peepholes,
 * and the parameters of batch normalization are stored as they are. The counts of iterations and
 * epochs are kept; the updater's state is not.
 *
 * <p><b>The file</b> appears only once it is complete; see {@link AtomicFiles}. It begins with a
 * signature and a version. Then follow, deflated, the type of the network, its configuration as
 * JSON, the counts, and the parameters in the order in which the network holds them. The CRC-32 of
 * all that comes last. A file that is damaged, truncated or of another kind is refused. The classes
 * that the configuration names must be DL4J's, or extend those ({@link TrustedClasses}).
 */
public final class Int8File {

  private static final long SIGN = 0x444c344a494e5438L; // "DL4JINT8"
  private static final int VERSION = 1;

  /** How many bytes one byte can inflate to at most. */
  private static final long MOST_DEFLATED = 1032;

  private static final int HEAD = Long.BYTES + Integer.BYTES;

  private Int8File() {}

  /**
   * Writes a network.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param file the file, in a folder that exists; an older file is replaced
   * @throws IOException if the file cannot be written; an older file is then unchanged
   * @throws IllegalArgumentException if a weight is NaN or infinite
   */
  public static void write(Model network, Path file) throws IOException {
    Network view = Network.of(network);
    Objects.requireNonNull(file, "int8 file: file must be given, was null");
    AtomicFiles.write(
        file,
        raw -> {
          CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32());
          DataOutputStream out = new DataOutputStream(checked);
          out.writeLong(SIGN);
          out.writeInt(VERSION);
          DeflaterOutputStream deflated = new DeflaterOutputStream(out);
          write(view, new DataOutputStream(deflated));
          deflated.finish();
          out.writeLong(checked.getChecksum().getValue());
        });
  }

  private static void write(Network network, DataOutputStream out) throws IOException {
    out.writeBoolean(network.byType(stack -> false, graph -> true));
    byte[] json =
        network
            .byType(
                stack -> stack.getLayerWiseConfigurations().toJson(),
                graph -> graph.getConfiguration().toJson())
            .getBytes(StandardCharsets.UTF_8);
    out.writeInt(json.length);
    out.write(json);
    out.writeInt(network.progress().iterations());
    out.writeInt(network.progress().epochs());
    INDArray all = network.parameters();
    out.writeLong(all == null ? 0 : all.length());
    for (ParameterSlot slot : network.slots()) {
      Optional<Int8Weights> weights = Int8Weights.of(slot);
      out.writeBoolean(weights.isPresent());
      if (weights.isPresent()) {
        for (float scale : weights.get().scales()) {
          out.writeFloat(scale);
        }
        out.write(weights.get().values());
      } else {
        for (double number : Int8Weights.numbers(slot.value())) {
          out.writeDouble(number);
        }
      }
    }
  }

  /**
   * Restores a {@code MultiLayerNetwork}.
   *
   * @param file a file that {@link #write} has written
   * @return the network, without updater state
   * @throws IOException if the file cannot be read, is damaged, is of another version, or holds a
   *     {@code ComputationGraph}
   */
  public static MultiLayerNetwork restoreMultiLayerNetwork(Path file) throws IOException {
    return restore(file, false, Int8File::stack);
  }

  /**
   * Restores a {@code ComputationGraph}.
   *
   * @param file a file that {@link #write} has written
   * @return the network, without updater state
   * @throws IOException if the file cannot be read, is damaged, is of another version, or holds a
   *     {@code MultiLayerNetwork}
   */
  public static ComputationGraph restoreComputationGraph(Path file) throws IOException {
    return restore(file, true, Int8File::graph);
  }

  /** Makes a network with a configuration and a number of parameters. */
  private interface Making<M extends Model> {

    M of(String json, long parameters);
  }

  private static <M extends Model> M restore(Path file, boolean graph, Making<M> making)
      throws IOException {
    Objects.requireNonNull(file, "int8 file: file must be given, was null");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < HEAD + Long.BYTES || buffer.getLong() != SIGN) {
      throw new IOException(file + " is not a file that Int8File has written");
    }
    int version = buffer.getInt();
    if (version != VERSION) {
      throw new IOException(
          file + " must be of version " + VERSION + ", was of " + version + ": write it again");
    }
    CRC32 sum = new CRC32();
    int end = bytes.length - Long.BYTES;
    sum.update(bytes, 0, end);
    if (buffer.getLong(end) != sum.getValue()) {
      throw damaged(file, "its checksum does not match", null);
    }
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(new ByteArrayInputStream(bytes, HEAD, end - HEAD)))) {
      if (in.readBoolean() != graph) {
        throw new IOException(
            file
                + " holds a "
                + (graph ? "MultiLayerNetwork" : "ComputationGraph")
                + ": restore it with "
                + (graph ? "restoreMultiLayerNetwork" : "restoreComputationGraph"));
      }
      return read(file, making, MOST_DEFLATED * bytes.length, in);
    }
  }

  private static <M extends Model> M read(
      Path file, Making<M> making, long most, DataInputStream in) throws IOException {
    byte[] text = in.readNBytes(Math.max(0, in.readInt()));
    String json = new String(text, StandardCharsets.UTF_8);
    TrustedClasses.requireIn(json);
    TrainingProgress progress = new TrainingProgress(in.readInt(), in.readInt());
    long length = in.readLong();
    if (length < 0 || length > most) {
      throw damaged(file, "it cannot hold " + length + " parameters", null);
    }
    M made;
    try {
      made = making.of(json, length);
    } catch (RuntimeException e) {
      throw damaged(file, "its parameters do not match its configuration", e);
    }
    Network network = Network.of(made);
    network.setProgress(progress);
    for (ParameterSlot slot : network.slots()) {
      double[] numbers = numbers(file, slot, in);
      INDArray value = slot.value();
      value.assign(
          Nd4j.createFromArray(numbers).reshape('c', value.shape()).castTo(value.dataType()));
    }
    if (in.read() >= 0) {
      throw damaged(file, "it holds more parameters than its configuration has", null);
    }
    return made;
  }

  private static double[] numbers(Path file, ParameterSlot slot, DataInputStream in)
      throws IOException {
    int length = (int) slot.value().length();
    if (!in.readBoolean()) {
      double[] numbers = new double[length];
      for (int i = 0; i < length; i++) {
        numbers[i] = in.readDouble();
      }
      return numbers;
    }
    int[] unitOf =
        Int8Weights.unitOf(slot)
            .orElseThrow(
                () ->
                    damaged(
                        file,
                        slot.name() + " is not a parameter of weights, but is stored as one",
                        null));
    float[] scales = new float[Int8Weights.units(unitOf)];
    for (int unit = 0; unit < scales.length; unit++) {
      scales[unit] = in.readFloat();
    }
    byte[] values = new byte[length];
    in.readFully(values);
    return new Int8Weights(values, scales, unitOf).restored();
  }

  private static MultiLayerNetwork stack(String json, long length) {
    MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    DataType type = network.getLayerWiseConfigurations().getDataType();
    network.init(MutableNetwork.noParameters(type, length), false);
    return network;
  }

  private static ComputationGraph graph(String json, long length) {
    ComputationGraph network = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    DataType type = network.getConfiguration().getDataType();
    network.init(MutableNetwork.noParameters(type, length), false);
    return network;
  }

  private static IOException damaged(Path file, String what, @Nullable Throwable cause) {
    return new IOException(file + " is damaged: " + what, cause);
  }
}
