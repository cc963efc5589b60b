package io.github.dl4jext.network;

/**
 * Says how far a training has got.
 *
 * @param iterations how many steps were done, which is the number of the next one
 * @param epochs how many epochs were done, which is the number of the next one
 */
public record TrainingProgress(int iterations, int epochs) {

  /** The progress of a network that was never trained. */
  public static final TrainingProgress NONE = new TrainingProgress(0, 0);
}
