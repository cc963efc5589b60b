package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.CounterRandom;
import io.github.dl4jext.network.GeneratorNoise;
import io.github.dl4jext.network.MaskSeeds;
import io.github.dl4jext.network.NoiseSource;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dropout of any kind, which states its formula in {@link #noise} and nothing else. What the host
 * asks for besides is here: the backward pass uses the noise of the forward pass, an instance may
 * be shared by layers and threads, forward passes that no backward pass follows do no harm.
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
public abstract class ActivationNoise implements IDropout, SeededNoise {

  private static final long serialVersionUID = 1L;

  private transient MaskSeeds passes = new MaskSeeds();

  /** For subclasses. */
  protected ActivationNoise() {}

  /**
   * How much noise there is at a step.
   *
   * @param iteration the iteration, from 0
   * @param epoch the epoch, from 0
   * @return the amount, such as a rate; 0 stands for no noise at all
   */
  protected abstract double amount(int iteration, int epoch);

  /**
   * Draws the noise for activations: the formula.
   *
   * @param draws random arrays; the same calls in the same order give the same arrays again
   * @param amount how much, not 0
   * @param shape the shape of the activations
   * @return the noise, in arrays of this shape or ones that can be repeated to it
   */
  protected abstract DropoutFormula noise(NoiseSource draws, double amount, long... shape);

  @Override
  public abstract ActivationNoise clone();

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
    double amount = amount(iteration, epoch);
    if (amount == 0 || resultArray.isEmpty()) {
      return resultArray;
    }
    GeneratorNoise draws =
        new GeneratorNoise(
            Nd4j.getRandom().nextLong(), resultArray.dataType(), resultArray.ordering());
    DropoutFormula noise = noise(draws, amount, resultArray.shape());
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
      noise(draws, amount(iteration, epoch), gradAtInput.shape()).backprop(gradAtInput);
    }
    return gradAtInput;
  }

  @Override
  public void disturb(INDArray activations, CounterRandom draws, int iteration, int epoch) {
    requireFloatingType(activations);
    double amount = amount(iteration, epoch);
    if (amount != 0 && !activations.isEmpty()) {
      SeededRows rows = new SeededRows(draws, activations.dataType());
      noise(rows, amount, activations.shape()).apply(activations);
    }
  }

  /**
   * Forgets the forward passes of this thread. The host calls it after a forward pass that no
   * backward pass will follow, and at the end of a step.
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

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    passes = new MaskSeeds();
  }
}
