package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.exp;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Sigmoid, the logistic function: {@code f(x) = 1 / (1 + exp(-x))}.
 *
 * <p>For outputs that are probabilities of one class or of several labels, and for gates. In deep
 * hidden layers it saturates, and the gradient vanishes.
 *
 * <p><b>Derivative.</b> {@code f'(x) = f(x) f(-x)}, computed as {@code e / (1 + e)^2} with {@code e
 * = exp(-|x|)}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 0.7310585786, f'(1) = 0.1966119332.
 *
 * <p><b>Departs from DL4J.</b> The slope of {@code ActivationSigmoid} is {@code f (1 - f)}, which
 * loses its digits where f is near 1: it is 0 from x = 17 on in float. This class extends it,
 * because DL4J's losses and layers check for that class.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's sigmoid</a>
 */
public final class Sigmoid extends ActivationSigmoid implements VectorizedActivation {

  private static final long serialVersionUID = 1L;

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "sigmoid")
          .summary("1 / (1 + exp(-x))")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new Sigmoid());

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return VectorizedActivation.super.getActivation(in, training);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    return VectorizedActivation.super.backprop(in, epsilon);
  }

  @Override
  public int numParams(int inputSize) {
    return 0;
  }

  @Override
  public Formula function(DataType type) {
    return ExactFormulas::sigmoid;
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = -Math.abs(x[i]);
      }
      exp(x, spare[0], count);
      for (int i = 0; i < count; i++) {
        x[i] = x[i] / ((1 + x[i]) * (1 + x[i]));
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return FloatFormulas::sigmoid;
  }

  @Override
  public FloatFormula floatSlope() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      FloatFormulas.rootOfTail(x, rest, power, count);
      for (int i = 0; i < count; i++) {
        float root = FloatFormulas.exp(power[i], rest[i]);
        float share = root / (1 + root * root);
        x[i] = share * share;
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sigmoid;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof Sigmoid;
  }

  @Override
  public int hashCode() {
    return Sigmoid.class.hashCode();
  }

  @Override
  public String toString() {
    return "Sigmoid[]";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Sigmoid read(Arguments json) {
    return (Sigmoid) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
