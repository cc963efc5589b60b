package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.regularization.dropout.SeededNoise;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Computes DL4J's own kinds of dropout with the same formulas, but with random numbers from a seed
 * for each row.
 *
 * <p>DL4J's numbers differ in meaning: {@code Dropout}, {@code AlphaDropout} and {@code
 * SpatialDropout} take the probability to <em>keep</em>, {@code GaussianDropout} the rate dropped.
 */
final class Dl4jDropouts {

  private Dl4jDropouts() {}

  /** Disturbs activations; the amount is the value of the dropout's own parameter at the step. */
  private interface Formula {

    void disturb(INDArray x, CounterRandom draws, double amount);
  }

  /**
   * One of DL4J's dropouts.
   *
   * @param schedule the schedule of its parameter, or null
   * @param fixed its parameter, if there is no schedule
   * @param none the value of the parameter at which it does nothing
   * @param formula its formula at all other values
   */
  private record Adapter(@Nullable ISchedule schedule, double fixed, double none, Formula formula)
      implements SeededNoise {

    private double amount(int iteration, int epoch) {
      return schedule == null ? fixed : schedule.valueAt(iteration, epoch);
    }

    @Override
    public boolean actsAt(int iteration, int epoch) {
      return amount(iteration, epoch) != none;
    }

    @Override
    public void disturb(INDArray x, CounterRandom draws, int iteration, int epoch) {
      formula.disturb(x, draws, amount(iteration, epoch));
    }
  }

  /**
   * Returns the same noise, drawn from seeds.
   *
   * @throws IllegalArgumentException if the class is not known; subclasses of known ones are not,
   *     because they may do anything
   */
  static SeededNoise seeded(IDropout dropout, String place) {
    if (dropout instanceof SeededNoise seeded) {
      return seeded;
    }
    Class<?> kind = dropout.getClass();
    if (kind == Dropout.class) {
      Dropout own = (Dropout) dropout;
      return new Adapter(
          own.getPSchedule(), own.getP(), 1, (x, draws, keep) -> draws.keep(x, keep, 1 / keep));
    }
    if (kind == AlphaDropout.class) {
      AlphaDropout own = (AlphaDropout) dropout;
      return new Adapter(
          own.getPSchedule(), own.getP(), 1, (x, draws, keep) -> alpha(x, draws, keep, own));
    }
    if (kind == GaussianDropout.class) {
      GaussianDropout own = (GaussianDropout) dropout;
      return new Adapter(own.getRateSchedule(), own.getRate(), 0, Dl4jDropouts::times);
    }
    if (kind == GaussianNoise.class) {
      GaussianNoise own = (GaussianNoise) dropout;
      return new Adapter(own.getStddevSchedule(), own.getStddev(), 0, Dl4jDropouts::plus);
    }
    if (kind == SpatialDropout.class) {
      SpatialDropout own = (SpatialDropout) dropout;
      return new Adapter(own.getPSchedule(), own.getP(), 1, Dl4jDropouts::spatial);
    }
    throw new IllegalArgumentException(
        place
            + " has a "
            + kind.getName()
            + ", whose noise cannot be drawn from a seed: let the class implement "
            + SeededNoise.class.getName()
            + ", or put one of the dropout kinds of this library or of DL4J in its place");
  }

  private static void times(INDArray x, CounterRandom draws, double rate) {
    INDArray noise = draws.gaussian(x.dataType(), x.shape());
    x.muli(noise.muli(Math.sqrt(rate / (1 - rate))).addi(1));
  }

  private static void plus(INDArray x, CounterRandom draws, double stddev) {
    x.addi(draws.gaussian(x.dataType(), x.shape()).muli(stddev));
  }

  /** {@code a (x d + alpha' (1 - d)) + b}, where d is 1 for elements that are kept. */
  private static void alpha(INDArray x, CounterRandom draws, double keep, AlphaDropout own) {
    double saturated = -own.getLambda() * own.getAlpha();
    double a = 1 / Math.sqrt(keep + saturated * saturated * keep * (1 - keep));
    double b = -a * (1 - keep) * saturated;
    INDArray kept = draws.bernoulli(x.dataType(), keep, x.shape());
    x.muli(kept);
    x.addi(kept.rsubi(1).muli(saturated)).muli(a).addi(b);
  }

  /** Drops whole channels, which are dimension 1. */
  private static void spatial(INDArray x, CounterRandom draws, double keep) {
    if (x.rank() < 3) {
      throw new IllegalArgumentException(
          "SpatialDropout takes activations of rank 3, 4 or 5, not those of rank " + x.rank());
    }
    INDArray kept = Nd4j.ones(x.dataType(), x.size(0), x.size(1));
    draws.keep(kept, keep, 1 / keep);
    Broadcast.mul(x, kept, x, 0, 1);
  }
}
