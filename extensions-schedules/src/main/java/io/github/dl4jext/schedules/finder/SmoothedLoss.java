package io.github.dl4jext.schedules.finder;

/** Exponential moving average, corrected for its start at zero. */
final class SmoothedLoss {

  private final double smoothing;
  private double mean;
  private double weightOfZero = 1;

  SmoothedLoss(double smoothing) {
    this.smoothing = smoothing;
  }

  double add(double loss) {
    mean = smoothing * mean + (1 - smoothing) * loss;
    weightOfZero *= smoothing;
    return mean / (1 - weightOfZero);
  }

  static double[] smooth(double[] losses, double smoothing) {
    SmoothedLoss smoothed = new SmoothedLoss(smoothing);
    double[] all = new double[losses.length];
    for (int i = 0; i < losses.length; i++) {
      all[i] = smoothed.add(losses[i]);
    }
    return all;
  }
}
