package io.github.dl4jext.network.noise;

import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds the state of ND4J's random generator, which is separate for each thread: dropout, weight
 * noise and initialisers draw from it.
 *
 * @param seed the seed that was set last
 * @param root the generator's position, first half
 * @param node the generator's position, second half
 */
public record RandomState(long seed, long root, long node) {

  /**
   * Reads the state of this thread's generator.
   *
   * @return its state
   */
  public static RandomState current() {
    Random random = Nd4j.getRandom();
    return new RandomState(random.getSeed(), random.rootState(), random.nodeState());
  }

  /** Sets this thread's generator to this state, so that it draws the same numbers again. */
  public void restore() {
    Random random = Nd4j.getRandom();
    random.setSeed(seed);
    random.setStates(root, node);
  }
}
