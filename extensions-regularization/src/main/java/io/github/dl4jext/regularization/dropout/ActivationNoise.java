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
 * Drops or disturbs activations by a formula. A subclass states the formula in {@link #noise}, and
 * its parameters; this class does everything else that DL4J needs. The backward pass uses the noise
 * of the forward pass, layers and threads may share an instance, and a forward pass that no
 * backward pass follows does no harm.
 *
 * <p><b>Random numbers.</b> A forward pass takes one number from {@code Nd4j.getRandom()} as the
 * seed of its noise. The backward pass draws the noise again from this seed, so that no array is
 * kept between the two passes. Monte-Carlo dropout takes the seeds from its rows instead, see
 * {@link SeededNoise}.
 *
 * <p><b>Backward.</b> The noise is that of the latest forward pass in training of the same thread,
 * iteration, epoch and shape. If there is none, the forward pass changed nothing (it was not in
 * training, as in a frozen layer, or the amount of noise was 0), and the gradient does not change
 * either.
 *
 * <p><b>Edges.</b> With an amount of 0, activations and gradients stay the same, bit for bit, and
 * no number is drawn. NaN stays NaN, dropped or not, and an infinity that is dropped becomes NaN,
 * so that a network that has broken down does not look sound.
 */
public abstract class ActivationNoise extends TechniqueValue<IDropout>
    implements IDropout, SeededNoise {

  private static final long serialVersionUID = 1L;

  private final transient MaskSeeds passes = new MaskSeeds();
  private final transient Parameter<ISchedule> amount;

  /**
   * Takes the declaration and the arguments.
   *
   * @param technique the declaration with the parameters
   * @param amount the parameter for the amount of noise, such as the rate; 0 means none
   * @param given the arguments
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument does not fit the
   *     declaration
   */
  protected ActivationNoise(
      Technique<IDropout> technique, Parameter<ISchedule> amount, Arguments given) {
    super(technique, given);
    this.amount = amount;
  }

  /**
   * Draws the noise for activations, and states the formula.
   *
   * @param draws random arrays; the same calls in the same order give the same arrays again
   * @param amount the amount of noise at this step, not 0
   * @param type the type to draw, float or double
   * @param shape the shape of the activations
   * @return the noise, in arrays of this shape or of size 1 along some dimensions
   */
  protected abstract DropoutFormula noise(
      NoiseSource draws, double amount, DataType type, long... shape);

  /** Returns the amount of noise at a step. */
  final double amount(int iteration, int epoch) {
    return at(amount, iteration, epoch);
  }

  @Override
  public final boolean actsAt(int iteration, int epoch) {
    return amount(iteration, epoch) != 0;
  }

  /** Returns a new instance with the same arguments, which remembers no forward pass. */
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

  /** Returns the type to draw; a half has too few digits to distinguish rates. */
  private static DataType drawnFor(INDArray activations) {
    return activations.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
  }

  /**
   * Forgets the forward passes of this thread. DL4J calls this method after a forward pass that no
   * backward pass will follow, and at the end of a step.
   */
  @Override
  public final void clear() {
    passes.clear();
  }

  /** Returns the number of forward passes that wait for their backward pass. */
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
