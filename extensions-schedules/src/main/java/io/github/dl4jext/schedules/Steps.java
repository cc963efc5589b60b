package io.github.dl4jext.schedules;

import io.github.dl4jext.spi.Checks;

/**
 * Counts the steps of epochs: a schedule's {@code totalSteps} for a data set and a batch size.
 *
 * <pre>{@code
 * new Cosine(0.1, Steps.total(10, 55000, 128)) // 10 epochs of 430 steps
 * }</pre>
 *
 * <p>A step is one minibatch on one network. Under {@code ParallelWrapper} each worker counts its
 * own: divide by the number of workers.
 */
public final class Steps {

  private Steps() {}

  /**
   * Steps in an epoch; the last minibatch may be smaller, as DL4J's iterators make it.
   *
   * @param examples number of examples in the training set, 1 or more
   * @param batchSize examples per minibatch, 1 or more
   * @return examples divided by batchSize, rounded up
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is below 1
   */
  public static int perEpoch(int examples, int batchSize) {
    return total(1, examples, batchSize);
  }

  /**
   * Steps in some epochs.
   *
   * @param epochs number of epochs, 0 or more
   * @param examples number of examples in the training set, 1 or more
   * @param batchSize examples per minibatch, 1 or more
   * @return epochs times the steps of one epoch
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range, or if there are
   *     more steps than an {@code int} can count
   */
  public static int total(int epochs, int examples, int batchSize) {
    Checks.of("steps")
        .that(epochs >= 0, "epochs", "0 or more", epochs)
        .that(examples >= 1, "examples", "1 or more", examples)
        .that(batchSize >= 1, "batchSize", "1 or more", batchSize)
        .done();
    long perEpoch = (examples - 1L) / batchSize + 1;
    Checks.of("steps")
        .that(
            epochs * perEpoch <= Integer.MAX_VALUE,
            "epochs",
            "at most " + Integer.MAX_VALUE / perEpoch + ", as an epoch has " + perEpoch + " steps",
            epochs)
        .done();
    return (int) (epochs * perEpoch);
  }
}
