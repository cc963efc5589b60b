package io.github.dl4jext.network.noise;

import io.github.dl4jext.network.HostMemory;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.BernoulliDistribution;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws from a generator, started at a seed: the same seed, type and order give the same array
 * again. Coins come from ND4J's native generator, normal numbers from Java's, whose ziggurat takes
 * a third of the native time.
 *
 * @param seed where the generator starts
 * @param order {@code 'c'} or {@code 'f'}: that of the activations, because elements are numbered
 *     in the order in memory
 * @param type the type to draw, which the backward pass has to draw again; another type has other
 *     numbers
 */
public record GeneratorNoise(long seed, char order, DataType type) implements NoiseSource {

  /** Numbers drawn at a time, few enough to stay in the first-level cache. */
  private static final int BLOCK = 512;

  /** Separate from ND4J's own generator, whose state must not be changed. */
  private static final ThreadLocal<Random> GENERATOR =
      ThreadLocal.withInitial(() -> Nd4j.getRandomFactory().getNewRandomInstance());

  @Override
  public INDArray bernoulli(DataType drawn, double probability, long... shape) {
    Random generator = GENERATOR.get();
    generator.setSeed(seed);
    return Nd4j.getExecutioner()
        .exec(new BernoulliDistribution(array(drawn, shape), probability), generator);
  }

  @Override
  public INDArray gaussian(DataType drawn, long... shape) {
    INDArray array = array(drawn, shape);
    if (array.isEmpty()) {
      return array;
    }
    SplittableRandom generator = new SplittableRandom(seed);
    HostMemory memory = new HostMemory(array, BLOCK);
    double[] numbers = new double[BLOCK];
    for (long from = 0; from < array.length(); from += BLOCK) {
      int count = (int) Math.min(BLOCK, array.length() - from);
      for (int i = 0; i < count; i++) {
        numbers[i] = generator.nextGaussian();
      }
      memory.write(from, numbers, count);
    }
    return array;
  }

  private INDArray array(DataType drawn, long... shape) {
    return Nd4j.createUninitialized(drawn, shape, order);
  }
}
