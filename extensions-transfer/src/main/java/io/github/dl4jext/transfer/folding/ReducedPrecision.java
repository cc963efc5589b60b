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
 * Makes a network of lower precision and measures the loss: either one that computes in another
 * type, or one whose weights are rounded to 16 or 8 bits and which computes as before.
 *
 * <pre>{@code
 * var asFloat = ReducedPrecision.computing(net, DataType.FLOAT, images);
 * var rounded = ReducedPrecision.rounded(asFloat.network(), WeightFormat.HALF, images);
 * System.out.println(rounded.relativeDifference() + " " + rounded.accuracyLost(test));
 * }</pre>
 *
 * <p><b>Computing in 16 bits</b> is refused if the backend cannot do it. ND4J 1.0.0-M2.1 on a CPU
 * can store and multiply HALF, but it also adds up in HALF, so that a sum stops growing: 4096 ones
 * add up to 2048. It is slow, too: {@code [128, 784]} times {@code [784, 300]} took 2592 ms instead
 * of 15 in float, a network of two dense layers 436 ms instead of 14, and one with a convolution
 * 782 instead of 90 (one thread, a busy machine). {@link #computing} therefore first lets the
 * backend add up ones, and accepts a backend that does so correctly, such as that of a GPU. A
 * network cannot have the type BFLOAT16.
 *
 * <p><b>Rounding the weights</b> works everywhere, and does not slow the network down, since it
 * still computes in its own type. It shows how much precision 16 bits would cost, and it makes
 * files smaller: the low bits become 0, which the compression of {@code ModelSerializer} exploits.
 * A file of 126,000 weights shrank to 65 % of its size with HALF and to 51 % with BFLOAT16. DL4J
 * loads it like any other.
 *
 * <p><b>Eight bits</b> ({@link #int8}) are an integer q from -127 to 127 for each weight, and a
 * scale {@code s = max|w| / 127} for each unit, filter or word: {@code w <- s rint(w / s)}. A
 * weight thus changes by up to 1/254 of the largest weight of its unit. Biases, gains, recurrent
 * weights with peepholes, and the parameters of batch normalization stay as they are. {@link
 * Int8File} stores such a network in a quarter of the bytes of float. The network is not faster:
 * ND4J cannot multiply integers of 8 bits, so the weights are converted to the network's type when
 * they are loaded.
 *
 * <p><b>What it costs.</b> HALF changes a weight by up to 2^-11 of itself (0.05 %), BFLOAT16 by up
 * to 2^-8 (0.4 %). In a network of 784-300-100-10 units with batch normalization, trained for four
 * epochs on 12,000 images of Fashion-MNIST, the largest change of a logit was 2e-4 to 7e-4 of the
 * largest logit with HALF and 1.5e-3 to 5e-3 with BFLOAT16, and the accuracy of 83 % changed by at
 * most 0.02 points, up or down. In HALF, weights from 65520 on would become infinite and are
 * refused, and weights below 3e-8 become 0. Fold batch norms first, so that variances are not
 * rounded.
 *
 * <p><b>State.</b> {@code computing} keeps the updater's state, and the other methods drop it. All
 * of them keep the counters. The original is not changed, and the batch runs through a copy of it.
 *
 * <p><b>Check.</b> 0.1 becomes 0.0999755859375 in HALF and 0.10009765625 in BFLOAT16.
 *
 * <p><b>Departs from DL4J.</b> DL4J's {@code convertDataType} lets infinities pass, does not
 * measure the loss, and makes a network in HALF on a CPU too.
 *
 * @see <a href="https://arxiv.org/abs/1710.03740">Micikevicius et al. (2018)</a>
 */
public final class ReducedPrecision {

  private static final int ONES = 4096;

  private ReducedPrecision() {}

  /**
   * Makes a network that computes in another type.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param type FLOAT, DOUBLE, or HALF if the backend can compute in it; not the network's own type
   * @param batch the batch to compare on, one array for each input
   * @param <M> the type of the network
   * @return the new network and the difference
   * @throws UnsupportedOperationException if the backend cannot compute in the type, or a network
   *     cannot have it
   * @throws IllegalArgumentException if the network computes in the type already, or a parameter
   *     would become infinite
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
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param format what every parameter is rounded to
   * @param batch the batch to compare on, one array for each input
   * @param <M> the type of the network
   * @return the new network and the difference
   * @throws IllegalArgumentException if a parameter is infinite, or would become so in the format
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
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param batch the batch to compare on, one array for each input
   * @param <M> the type of the network
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
