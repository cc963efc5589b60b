package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.LayerGraph;
import io.github.dl4jext.network.LayerStack;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes a network with fewer digits and measures the loss: either one that computes in another
 * type, or one whose weights are rounded to 16 or 8 bits and which computes as before.
 *
 * <pre>{@code
 * var asFloat = ReducedPrecision.computing(net, DataType.FLOAT, images);
 * var rounded = ReducedPrecision.rounded(asFloat.network(), WeightFormat.HALF, images);
 * System.out.println(rounded.relativeDifference() + " " + rounded.accuracyLost(test));
 * }</pre>
 *
 * <p><b>Computing in 16 bits</b> is refused where the backend cannot. ND4J 1.0.0-M2.1 on a CPU can
 * store and multiply HALF, but adds up in HALF as well, so that a sum stops growing: 4096 ones make
 * 2048. And it is slow: {@code [128, 784]} times {@code [784, 300]} took 2592 ms instead of 15 in
 * float, a network of two dense layers 436 ms instead of 14, one with a convolution 782 instead of
 * 90 (one thread, a busy machine). BFLOAT16 is not among the types that a network may have. So the
 * backend is asked to add ones before anything is done; a GPU that does it right is let through.
 *
 * <p><b>Rounding the weights</b> works everywhere, and costs no time later since the network goes
 * on computing in its type. Its use is to know what 16 bits would cost, and smaller files: the low
 * bits are zero, which the compression of {@code ModelSerializer} finds. A file of 126 thousand
 * weights took 65 % of the size with HALF and 51 % with BFLOAT16; DL4J loads it as any other.
 *
 * <p><b>Eight bits</b> ({@link #int8}) are a whole number q from -127 to 127 for each weight, and a
 * scale {@code s = max|w| / 127} for each unit, filter or word: {@code w <- s rint(w / s)}, so a
 * weight changes by up to 1/254 of the largest that leads to the same unit. Biases, gains and batch
 * norms stay as they are. {@link Int8File} stores such a network in a quarter of the bytes. It is
 * not faster: ND4J multiplies no whole numbers of 8 bits, so the weights are made floats again when
 * they are loaded.
 *
 * <p><b>What it costs.</b> HALF changes a weight by up to 2^-11 of itself (0.05 %), BFLOAT16 by up
 * to 2^-8 (0.4 %). In a network of 784-300-100-10 with batch norms, trained for four epochs on
 * 12,000 pictures of Fashion-MNIST, logits changed by up to 2e-4 to 7e-4 of the largest with HALF
 * and 1.5e-3 to 5e-3 with BFLOAT16, and the accuracy of 83 % by at most 0.02 points, up or down. A
 * weight that becomes infinite, in HALF from 65520 on, is refused; below 3e-8 it becomes 0 in HALF.
 * Fold batch norms first: a variance is worth rounding least of all.
 *
 * <p><b>State.</b> {@code computing} keeps the updater's state, the others drop it; counters are
 * kept by all. The original is not touched, and the batch runs through a copy of it.
 *
 * <p><b>Check.</b> 0.1 becomes 0.0999755859375 in HALF and 0.10009765625 in BFLOAT16.
 *
 * <p><b>Departs from DL4J.</b> {@code convertDataType} lets infinities pass, says nothing of the
 * loss, and gives a network in HALF on a CPU too.
 *
 * @see <a href="https://arxiv.org/abs/1710.03740">Micikevicius et al. (2018)</a>
 */
public final class ReducedPrecision {

  private static final int ONES = 4096;

  private ReducedPrecision() {}

  /**
   * Makes a network that computes in another type.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not touched
   * @param type FLOAT, DOUBLE, or HALF where the backend can
   * @param batch inputs to compare on, one array for each input
   * @param <M> its type
   * @return the new network and the difference
   * @throws UnsupportedOperationException if the backend cannot compute in the type
   * @throws IllegalArgumentException if a parameter is infinite in the type
   */
  @SuppressWarnings("unchecked") // DL4J converts a network to one of the same class
  public static <M extends Model> ReducedNetwork<M> computing(
      M network, DataType type, INDArray... batch) {
    Objects.requireNonNull(type, "reduced precision: type must be given, was null");
    Objects.requireNonNull(batch, "reduced precision: batch must be given, was null");
    Network given = Network.of(network);
    requireOther(given.configuration().dataType(), type);
    Model converted =
        given instanceof LayerStack stack
            ? stack.model().convertDataType(type)
            : ((LayerGraph) given).model().convertDataType(type);
    return compared(network, (M) converted, (long) type.width() * network.numParams(), batch);
  }

  /**
   * Makes a network with rounded weights, which computes in its type as before.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not touched
   * @param format what every parameter is rounded to
   * @param batch inputs to compare on, one array for each input
   * @param <M> its type
   * @return the new network and the difference
   * @throws IllegalArgumentException if a parameter is infinite in the format
   */
  public static <M extends Model> ReducedNetwork<M> rounded(
      M network, WeightFormat format, INDArray... batch) {
    Objects.requireNonNull(format, "reduced precision: format must be given, was null");
    Objects.requireNonNull(batch, "reduced precision: batch must be given, was null");
    M rounded = rounded(MutableNetwork.of(network), format);
    return compared(network, rounded, (long) Short.BYTES * network.numParams(), batch);
  }

  /**
   * Makes a network with weights rounded to 8 bits, which computes in its type as before.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not touched
   * @param batch inputs to compare on, one array for each input
   * @param <M> its type
   * @return the new network and the difference
   * @throws IllegalArgumentException if a weight is NaN or infinite
   */
  public static <M extends Model> ReducedNetwork<M> int8(M network, INDArray... batch) {
    Objects.requireNonNull(batch, "reduced precision: batch must be given, was null");
    MutableNetwork<M> parts = MutableNetwork.of(network);
    long bytes = 0;
    for (ParameterSlot slot : Network.of(network).slots()) {
      Optional<Int8Weights> weights = Int8Weights.of(slot);
      bytes +=
          weights
              .map(Int8Weights::bytes)
              .orElse(slot.value().length() * slot.value().dataType().width());
      weights.ifPresent(w -> put(parts, slot, w.restored()));
    }
    return compared(network, parts.build(), bytes, batch);
  }

  private static void put(MutableNetwork<?> parts, ParameterSlot slot, double... numbers) {
    Objects.requireNonNull(parts.get(slot.node().name()), "the parts are the network's")
        .parameter(
            slot.parameter(), Nd4j.createFromArray(numbers).reshape('c', slot.value().shape()));
  }

  private static <M extends Model> M rounded(MutableNetwork<M> parts, WeightFormat format) {
    for (MutableNode part : parts.all()) {
      for (String key : part.stored()) {
        INDArray value = part.parameter(key);
        double[] numbers = value.data().asDouble();
        double[] rounded = Arrays.stream(numbers).map(format::round).toArray();
        for (int i = 0; i < numbers.length; i++) {
          if (Double.isInfinite(rounded[i])) {
            throw new IllegalArgumentException(
                format
                    + " cannot hold "
                    + numbers[i]
                    + ", an element of "
                    + key
                    + " of "
                    + part
                    + ": take BFLOAT16, or find out why training let it grow");
          }
        }
        part.parameter(key, Nd4j.createFromArray(rounded).reshape('c', value.shape()));
      }
    }
    return parts.build();
  }

  private static <M extends Model> ReducedNetwork<M> compared(
      M original, M reduced, long bytes, INDArray... batch) {
    if (isFinite(original) && !isFinite(reduced)) {
      throw new IllegalArgumentException(
          "some weights are infinite in "
              + reduced.params().dataType()
              + ": find out why training let them grow");
    }
    OutputDifference difference =
        OutputDifference.between(
            logits(MutableNetwork.of(original), batch), logits(MutableNetwork.of(reduced), batch));
    return new ReducedNetwork<>(
        reduced, original, bytes, difference.largest(), difference.largestOutput());
  }

  private static boolean isFinite(Model network) {
    return Double.isFinite(network.params().amaxNumber().doubleValue());
  }

  private static <M extends Model> double[] logits(MutableNetwork<M> parts, INDArray... batch) {
    M network = parts.toLogits().build();
    return OutputDifference.outputs(
        parts, parts.activations(network, ComparisonInputs.in(network.params().dataType(), batch)));
  }

  private static void requireOther(DataType from, DataType to) {
    if (from == to) {
      throw new IllegalArgumentException("the network computes in " + to + " already");
    }
    if (to != DataType.FLOAT16 && to != DataType.FLOAT && to != DataType.DOUBLE) {
      throw new UnsupportedOperationException(
          "a network of DL4J computes in HALF, FLOAT or DOUBLE, not in "
              + to
              + ": ReducedPrecision.rounded gives weights of this precision in float");
    }
    INDArray ones = Nd4j.ones(to, 2, ONES);
    double sum = ones.mmul(ones.transpose()).getDouble(0);
    if (sum != ONES) {
      throw new UnsupportedOperationException(
          "the backend "
              + Nd4j.getBackend().getClass().getSimpleName()
              + " adds "
              + ONES
              + " ones up to "
              + sum
              + " in "
              + to
              + ": ReducedPrecision.rounded gives weights of this precision in float");
    }
  }
}
