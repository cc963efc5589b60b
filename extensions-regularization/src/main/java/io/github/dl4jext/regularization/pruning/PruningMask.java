package io.github.dl4jext.regularization.pruning;

import io.github.dl4jext.network.NetworkConfiguration.SetByTraining;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueValue;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Keeps pruned weights at 0: after each step a parameter is multiplied by a mask of zeros and ones,
 * {@code w <- w m}.
 *
 * <p>{@link Pruning} and {@link GradualPruning} put masks on a network. A mask is a constraint of
 * its layer, so it acts after the update of any optimizer, and is stored, copied, frozen and sent
 * to workers with the layer's configuration.
 *
 * <p><b>Shape and type.</b> A mask belongs to one parameter of one layer, float or double, and has
 * its shape. If the parameter has another shape, for example after its units were replaced, a step
 * throws {@code IllegalStateException}.
 *
 * <p><b>Stored form.</b> One bit for each element, in c order, deflated, in Base64.
 *
 * <p><b>Edges.</b> A pruned weight that a step makes NaN or infinite becomes NaN, so that the fault
 * can be seen.
 *
 * <p><b>Departs from PyTorch</b>, where the weights are computed again from {@code weight_orig} and
 * {@code weight_mask} before each use. Here there is only one array, and the values of pruned
 * weights are lost.
 *
 * @see <a href="https://arxiv.org/abs/1506.02626">Han et al. (2015)</a>
 */
public final class PruningMask extends TechniqueValue<LayerConstraint>
    implements LayerConstraint, SetByTraining {

  private static final long serialVersionUID = 1L;

  private static final Parameter<String> PARAMETER =
      Parameter.text("parameter").doc("the parameter that is masked");
  private static final Parameter<List<Integer>> SHAPE =
      Parameter.integers("shape").in("[1, inf)").doc("the parameter's shape");
  private static final Parameter<String> KEPT =
      Parameter.text("kept").doc("a bit for each element in c order, deflated, in Base64");

  private static final Technique<LayerConstraint> TECHNIQUE =
      Technique.of(LayerConstraint.class, "pruning_mask")
          .summary("Keeps pruned weights at 0")
          .from("https://arxiv.org/abs/1506.02626")
          .taking(PARAMETER, SHAPE, KEPT)
          .madeBy(PruningMask::new);

  private final transient BitSet kept;

  /** The mask as an array, in the type that was used last. */
  private transient volatile @Nullable INDArray factors;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  PruningMask(Arguments arguments) {
    super(TECHNIQUE, arguments);
    Optional<BitSet> bits = unpacked(get(KEPT), length(get(SHAPE)));
    TECHNIQUE
        .checks()
        .that(
            bits.isPresent(),
            KEPT.name(),
            "the bits of " + length(get(SHAPE)) + " elements, deflated, in Base64",
            get(KEPT))
        .done();
    kept = bits.orElseThrow();
  }

  private PruningMask(String parameter, List<Integer> shape, BitSet kept) {
    this(Arguments.of(PARAMETER, parameter).with(SHAPE, shape).with(KEPT, packed(kept)));
  }

  /**
   * Masks a parameter.
   *
   * @param parameter its name in the layer, such as {@code W}
   * @param mask an array of its shape: 0 where it is pruned, any other number where it is kept
   * @return a mask for {@link #applyConstraint}
   */
  public static PruningMask of(String parameter, INDArray mask) {
    Objects.requireNonNull(parameter, "pruning mask: parameter must be given, was null");
    Objects.requireNonNull(mask, "pruning mask: mask must be given, was null");
    double[] numbers = numbers(mask);
    BitSet kept = new BitSet(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      kept.set(i, numbers[i] != 0);
    }
    return new PruningMask(parameter, shape(mask), kept);
  }

  private static List<Integer> shape(INDArray array) {
    return Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList();
  }

  /** The elements in c order, as doubles. */
  static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  private static long length(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Packs the bits, without trailing zeros. */
  private static String packed(BitSet bits) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(bits.toByteArray());
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }

  /** Unpacks the bits, with no more memory than they need; empty if the text is not valid. */
  private static Optional<BitSet> unpacked(String text, long length) {
    if (length > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(Base64.getDecoder().decode(text));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        out.write(buffer, 0, count);
        if (count == 0 && !inflater.finished() || out.size() > (length + 7) / 8) {
          return Optional.empty();
        }
      }
      BitSet bits = BitSet.valueOf(out.toByteArray());
      return inflater.getRemaining() == 0 && bits.length() <= length
          ? Optional.of(bits)
          : Optional.empty();
    } catch (IllegalArgumentException | DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  /** Returns the name of the parameter that is masked. */
  public String parameter() {
    return get(PARAMETER);
  }

  /** Returns the mask in double: 0 where an element is pruned, and 1 where it is kept. */
  public INDArray toArray() {
    double[] numbers = new double[(int) length(get(SHAPE))];
    kept.stream().forEach(i -> numbers[i] = 1);
    long[] shape = get(SHAPE).stream().mapToLong(Integer::longValue).toArray();
    return Nd4j.createFromArray(numbers).reshape('c', shape);
  }

  /** Returns how many elements are pruned. */
  public long pruned() {
    return length(get(SHAPE)) - kept.cardinality();
  }

  boolean prunes(int element) {
    return !kept.get(element);
  }

  @Override
  public void applyConstraint(Layer layer, int iteration, int epoch) {
    INDArray array = layer.getParam(parameter());
    if (array == null || !shape(array).equals(get(SHAPE))) {
      throw new IllegalStateException(
          "the pruning mask of the parameter "
              + parameter()
              + " has the shape "
              + get(SHAPE)
              + ", but layer \""
              + layer.conf().getLayer().getLayerName()
              + "\" has "
              + (array == null ? "no such parameter" : "one of " + shape(array))
              + ": remove the mask by Pruning.remove(network), and prune again");
    }
    hold(array);
  }

  /** Sets pruned elements to 0. */
  void hold(INDArray array) {
    INDArray mask = factors;
    if (mask == null || mask.dataType() != array.dataType()) {
      // outside, because it outlives the step and its workspace
      MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
      try {
        mask = toArray().castTo(array.dataType()).dup(array.ordering());
      } finally {
        outside.close();
      }
      factors = mask;
    }
    array.muli(mask);
  }

  /**
   * Accepts only the mask's own parameter, which cannot be changed.
   *
   * @param names the name of the mask's own parameter, or null
   * @throws IllegalArgumentException if another parameter is named
   */
  @Override
  public void setParams(@Nullable Set<String> names) {
    if (names != null && !names.equals(getParams())) {
      throw new IllegalArgumentException(
          "a pruning mask is of one parameter, "
              + parameter()
              + ", and cannot be put on "
              + names
              + ": prune the network by Pruning.prune");
    }
  }

  @Override
  public Set<String> getParams() {
    return Set.of(parameter());
  }

  @Override
  public LayerConstraint clone() {
    return again();
  }

  @Override
  public String toString() {
    return "PruningMask of " + parameter() + ", " + pruned() + " of " + length(get(SHAPE));
  }
}
