package io.github.dl4jext.network.noise;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.BaseRandomOp;
import org.nd4j.linalg.api.ops.random.impl.BernoulliDistribution;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws from ND4J's native generator, started at a seed: the same seed, type and order give the
 * same array again.
 *
 * @param seed where the generator starts
 * @param order {@code 'c'} or {@code 'f'}: that of the activations, because ND4J numbers the
 *     elements in the order in memory
 * @param type the type to draw, which the backward pass has to draw again; another type has other
 *     numbers
 */
public record GeneratorNoise(long seed, char order, DataType type) implements NoiseSource {

  /** Apart from ND4J's own, which must not be set back. */
  private static final ThreadLocal<Random> GENERATOR =
      ThreadLocal.withInitial(() -> Nd4j.getRandomFactory().getNewRandomInstance());

  @Override
  public INDArray bernoulli(DataType drawn, double probability, long... shape) {
    return run(new BernoulliDistribution(array(drawn, shape), probability));
  }

  @Override
  public INDArray gaussian(DataType drawn, long... shape) {
    return run(new GaussianDistribution(array(drawn, shape)));
  }

  /**
   * Draws from the uniform distribution.
   *
   * @param drawn the type to draw
   * @param from the lowest number
   * @param to the bound that no number reaches
   * @param shape the shape
   * @return a new array
   */
  public INDArray uniform(DataType drawn, double from, double to, long... shape) {
    return run(new UniformDistribution(array(drawn, shape), from, to));
  }

  private INDArray array(DataType drawn, long... shape) {
    return Nd4j.createUninitialized(drawn, shape, order);
  }

  private INDArray run(BaseRandomOp op) {
    Random generator = GENERATOR.get();
    generator.setSeed(seed);
    return Nd4j.getExecutioner().exec(op, generator);
  }
}
