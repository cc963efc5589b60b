package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.network.noise.GeneratorNoise;
import io.github.dl4jext.network.noise.MaskSeeds;
import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueValue;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Drops or disturbs activations by a formula, which a subclass states in {@link #noise}, and
 * nothing else but its parameters. What DL4J asks for besides is here: the backward pass uses the
 * noise of the forward pass, an instance may be shared by layers and threads, forward passes that
 * no backward pass follows do no harm.
 *
 * <p><b>Random numbers.</b> A forward pass takes one number from {@code Nd4j.getRandom()}, the seed
 * of its noise. The backward pass draws the noise again from the seed, so no array is kept between
 * the two. Monte-Carlo dropout takes the seeds from its rows instead, see {@link SeededNoise}.
 *
 * <p><b>Backward.</b> The noise is that of the latest forward pass in training of the same thread,
 * iteration, epoch and shape. If there was none, the forward pass changed nothing (it was not in
 * training, as in a frozen layer, or the rate was 0), and so the gradient is left as it is.
 *
 * <p><b>Edges.</b> An amount of 0 leaves activations and gradients bit for bit, and draws no
 * number. NaN stays NaN, dropped or not, as do infinities that are dropped: a network that has
 * broken down should not look sound.
 */
public abstract class ActivationNoise extends TechniqueValue<IDropout>
    implements IDropout, SeededNoise {

  private static final long serialVersionUID = 1L;

  private final transient MaskSeeds passes = new MaskSeeds();
  private final transient Parameter<ISchedule> amount;

  /**
   * Takes the declaration and the arguments.
   *
   * @param technique declares the parameters
   * @param amount the one that says how much noise there is, such as the rate; 0 stands for none
   * @param given the values
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the technique cannot take them
   */
  protected ActivationNoise(
      Technique<IDropout> technique, Parameter<ISchedule> amount, Arguments given) {
    super(technique, given);
    this.amount = amount;
  }

  /**
   * Draws the noise for activations: the formula.
   *
   * @param draws random arrays; the same calls in the same order give the same arrays again
   * @param amount how much, not 0
   * @param type the type to draw, float or double
   * @param shape the shape of the activations
   * @return the noise, in arrays of this shape or ones that can be repeated to it
   */
  protected abstract DropoutFormula noise(
      NoiseSource draws, double amount, DataType type, long... shape);

  /** How much noise there is at a step. */
  final double amount(int iteration, int epoch) {
    return at(amount, iteration, epoch);
  }

  @Override
  public final boolean actsAt(int iteration, int epoch) {
    return amount(iteration, epoch) != 0;
  }

  /** Makes another one, which has no forward pass behind it. */
  @Override
  public final IDropout clone() {
    return again();
  }

  @Override
  public final INDArray applyDropout(
      INDArray inputActivations,
      INDArray resultArray,
      int iteration,
      int epoch,
      LayerWorkspaceMgr workspaceMgr) {
    requireFloatingType(resultArray);
    if (resultArray != inputActivations) {
      resultArray.assign(inputActivations);
    }
    double now = amount(iteration, epoch);
    if (now == 0 || resultArray.isEmpty()) {
      return resultArray;
    }
    GeneratorNoise draws =
        new GeneratorNoise(
            Nd4j.getRandom().nextLong(), resultArray.ordering(), drawnFor(resultArray));
    DropoutFormula noise = noise(draws, now, draws.type(), resultArray.shape());
    noise.apply(resultArray);
    if (noise.multiplies()) {
      passes.remember(resultArray, iteration, epoch, draws);
    }
    return resultArray;
  }

  @Override
  public final INDArray backprop(
      INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
    if (gradAtInput != gradAtOutput) {
      gradAtInput.assign(gradAtOutput);
    }
    GeneratorNoise draws = passes.recall(gradAtInput, iteration, epoch);
    if (draws != null) {
      noise(draws, amount(iteration, epoch), draws.type(), gradAtInput.shape())
          .backprop(gradAtInput);
    }
    return gradAtInput;
  }

  @Override
  public void disturb(INDArray activations, CounterRandom draws, int iteration, int epoch) {
    requireFloatingType(activations);
    double now = amount(iteration, epoch);
    if (now != 0 && !activations.isEmpty()) {
      noise(draws, now, drawnFor(activations), activations.shape()).apply(activations);
    }
  }

  /** The type to draw: a half has too few digits to distinguish rates. */
  private static DataType drawnFor(INDArray activations) {
    return activations.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
  }

  /**
   * Forgets the forward passes of this thread. DL4J calls it after a forward pass that no backward
   * pass will follow, and at the end of a step.
   */
  @Override
  public final void clear() {
    passes.clear();
  }

  /** How many forward passes wait for their backward pass. */
  final int pending() {
    return passes.size();
  }

  final void requireFloatingType(INDArray array) {
    if (!array.dataType().isFPType()) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + ": activations must be floating-point numbers, were "
              + array.dataType()
              + " of shape "
              + Arrays.toString(array.shape())
              + "; convert them with castTo");
    }
  }
}
