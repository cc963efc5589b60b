package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * A random matrix W that turns and mirrors but does not stretch: {@code W^T W = gain^2 I} if it has
 * at least as many rows as columns, else {@code W W^T = gain^2 I}.
 *
 * <p>A product of such matrices neither vanishes nor explodes, whatever their number. That is why
 * they are used for the recurrent weights of an RNN and for deep networks without skip connections.
 * A gain of {@code sqrt(2)} makes up for ReLU.
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><th>symbol</th><th>name</th><th>range</th><th>default</th></tr>
 * <tr><td>gain</td><td>{@code gain}</td><td>(0, inf)</td><td>1</td></tr>
 * </table>
 *
 * <p><b>Distribution.</b> Every such matrix is equally likely (Haar measure): the Gram-Schmidt
 * process on normal random vectors, which is the QR decomposition with R's diagonal made positive.
 * A weight's variance is {@code gain^2 / max(rows, columns)}. Fans play no part.
 *
 * <p><b>Shape and type.</b> Float or double, computed in double, written into the view that DL4J
 * gives. More than two dimensions are flattened to {@code shape[0]} rows: for convolutions, {@code
 * [out, in, k...]}, a row is an output's whole kernel, as in PyTorch. DL4J's depth-wise and 3-d
 * transposed convolutions put the kernel first, so that their rows are not outputs; the matrix is
 * orthogonal all the same. A vector is a matrix of one row. The numbers come from ND4J's random
 * generator, which a network seeds when it is initialised.
 *
 * <p><b>Edges.</b> A 1 x 1 matrix is gain or -gain.
 *
 * <p><b>Cost.</b> {@code 4 min(rows, columns)^2 max(rows, columns)} operations, mostly in ND4J's
 * matrix product: less than a second for 1024 x 1024.
 *
 * <p><b>Check.</b> 64 x 32: the largest element of {@code W^T W - I} is below 1e-14.
 *
 * <p><b>DL4J's own.</b> {@code OrthogonalDistribution} gives 0.15 to 0.5 there in double, because
 * ND4J's singular value decomposition is wrong from about 32 x 32 on; in float, the default, the
 * decomposition often does not terminate.
 *
 * @param gain length of the rows or columns, whichever are fewer, in (0, inf)
 * @see <a href="https://arxiv.org/abs/1312.6120">Saxe, McClelland, Ganguli (2014)</a>
 */
@FieldsInJson
public record Orthogonal(double gain) implements IWeightInit {

  public static final Parameter<Double> GAIN =
      Parameter.number("gain").in("(0, inf)").orElse(1).doc("length of the rows or columns");

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "orthogonal")
          .summary("A random matrix that keeps lengths, for recurrent and very deep networks")
          .from("https://arxiv.org/abs/1312.6120")
          .taking(GAIN)
          .madeBy(a -> new Orthogonal(a.get(GAIN)));

  /** Takes the default, a gain of 1. */
  public Orthogonal() {
    this(GAIN.defaultOf());
  }

  public Orthogonal {
    TECHNIQUE.check(GAIN, gain).done();
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    long rows = shape.length < 2 ? 1 : shape[0];
    long columns = paramView.length() / rows;
    INDArray vectors =
        Nd4j.randn(DataType.DOUBLE, Math.min(rows, columns), Math.max(rows, columns));
    GramSchmidt.orthonormalise(vectors);
    vectors.muli(gain);
    INDArray matrix = rows <= columns ? vectors : vectors.transpose().dup('c');
    // This must be a view: numbers written to a copy would be lost.
    return paramView.reshape(order, true, shape).assign(matrix.reshape('c', shape));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Orthogonal read(Arguments json) {
    return (Orthogonal) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
