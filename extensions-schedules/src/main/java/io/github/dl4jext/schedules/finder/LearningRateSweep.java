package io.github.dl4jext.schedules.finder;

import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.Steps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holds the result of a {@link LearningRateFinder}: the loss at each rate, and the rates that it
 * suggests.
 *
 * <p>With several seeds the curve is the mean of their curves, and as long as the shortest of them.
 *
 * <table><caption>Suggestions, each by fastai's rule from the smoothed losses without the first
 * tenth of the steps and the last five points</caption>
 * <tr><th>name</th><th>rule</th></tr>
 * <tr><td>valley</td><td>about the middle of the longest descent; the default</td></tr>
 * <tr><td>steep</td><td>where the loss falls most steeply over log rate</td></tr>
 * <tr><td>slide</td><td>left end of a 15 points wide window, slid from the right until the slopes at
 *   its ends differ by 0.005 or less</td></tr>
 * <tr><td>minimum</td><td>a tenth of the rate with the lowest loss</td></tr></table>
 *
 * @see <a href="https://docs.fast.ai/callback.schedule.html#learner.lr_find">fastai: lr_find</a>
 */
public final class LearningRateSweep {

  private final double[] rates;
  private final List<double[]> lossesBySeed;
  private final double[] losses;
  private final double[] smoothed;
  private final RateSuggestion suggestion;
  private final List<RateSuggestion> suggestions;

  LearningRateSweep(double[] plannedRates, List<double[]> lossesBySeed, double smoothing) {
    this.lossesBySeed = lossesBySeed;
    int steps = plannedRates.length;
    int length = lossesBySeed.stream().mapToInt(seed -> seed.length).min().orElseThrow();
    rates = Arrays.copyOf(plannedRates, length);
    losses =
        IntStream.range(0, length)
            .mapToDouble(
                i -> lossesBySeed.stream().mapToDouble(seed -> seed[i]).average().orElseThrow())
            .toArray();
    smoothed = SmoothedLoss.smooth(losses, smoothing);
    suggestion = new RateSuggestion(rates, smoothed, steps);
    suggestions =
        lossesBySeed.stream()
            .map(
                seed ->
                    new RateSuggestion(plannedRates, SmoothedLoss.smooth(seed, smoothing), steps))
            .filter(RateSuggestion::hasEnough)
            .toList();
  }

  /**
   * The learning rate of each step.
   *
   * @return a copy, ascending
   */
  public double[] rates() {
    return rates.clone();
  }

  /**
   * The loss of each step's minibatch before the step, in the mean over the seeds.
   *
   * @return a copy, as long as the rates
   */
  public double[] losses() {
    return losses.clone();
  }

  /**
   * The losses of each seed, which may be longer than their mean.
   *
   * @return copies, in the order of the seeds
   */
  public List<double[]> lossesOfSeeds() {
    return lossesBySeed.stream().map(double[]::clone).toList();
  }

  /**
   * The mean losses, smoothed.
   *
   * @return a copy, as long as the rates
   */
  public double[] smoothed() {
    return smoothed.clone();
  }

  /**
   * Whether there are enough points for suggestions.
   *
   * @return false if the loss diverged too early
   */
  public boolean hasSuggestion() {
    return suggestion.hasEnough();
  }

  /**
   * The rate to train with: {@link #valley()}.
   *
   * @return a rate
   * @throws IllegalStateException if there are too few points
   */
  public double suggestion() {
    return valley();
  }

  /**
   * The rate at about the middle of the longest descent.
   *
   * @return a rate
   * @throws IllegalStateException if there are too few points
   */
  public double valley() {
    return enough().valley();
  }

  /**
   * The rate at which the loss falls most steeply.
   *
   * @return a rate
   * @throws IllegalStateException if there are too few points
   */
  public double steep() {
    return enough().steep();
  }

  /**
   * A rate shortly before the loss rises, for curves that rise.
   *
   * @return a rate
   * @throws IllegalStateException if there are too few points
   */
  public double slide() {
    return enough().slide();
  }

  /**
   * A tenth of the rate with the lowest loss.
   *
   * @return a rate
   * @throws IllegalStateException if there are too few points
   */
  public double minimum() {
    return enough().minimum();
  }

  private RateSuggestion enough() {
    suggestion.requireEnough(LearningRateFinder.NAME);
    return suggestion;
  }

  /**
   * The range of the rates that the seeds would suggest, each by itself.
   *
   * @return the lowest and the highest suggestion
   * @throws IllegalStateException if no seed has enough points
   */
  public Spread spread() {
    if (suggestions.isEmpty()) {
      enough();
    }
    double[] sorted = suggestions.stream().mapToDouble(RateSuggestion::valley).sorted().toArray();
    return new Spread(sorted[0], sorted[sorted.length - 1]);
  }

  /**
   * A range of rates.
   *
   * @param lowest the lowest
   * @param highest the highest
   */
  public record Spread(double lowest, double highest) {}

  /**
   * The book's 1cycle with the suggestion as its peak.
   *
   * @param totalSteps length of the run in steps; see {@link Steps}
   * @return the schedule
   * @throws IllegalStateException if there are too few points
   */
  public OneCycle oneCycle(int totalSteps) {
    return OneCycle.geron(suggestion(), totalSteps);
  }

  /**
   * The curve as a table: rate, mean loss and smoothed mean loss, and with several seeds the loss
   * of each.
   *
   * @return lines of comma-separated values, with a header
   */
  public String toCsv() {
    List<String> header = new ArrayList<>(List.of("rate", "loss", "smoothed"));
    if (lossesBySeed.size() > 1) {
      IntStream.rangeClosed(1, lossesBySeed.size()).forEach(seed -> header.add("loss_" + seed));
    }
    StringBuilder csv = new StringBuilder(String.join(",", header)).append('\n');
    for (int i = 0; i < rates.length; i++) {
      csv.append(rates[i]).append(',').append(losses[i]).append(',').append(smoothed[i]);
      if (lossesBySeed.size() > 1) {
        for (double[] seed : lossesBySeed) {
          csv.append(',').append(seed[i]);
        }
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  /**
   * Writes {@link #toCsv()} to a file, which is replaced as a whole or not at all.
   *
   * @param file where to; its folder must exist
   * @throws UncheckedIOException if it cannot be written
   */
  public void writeCsv(Path file) {
    try {
      AtomicFiles.write(file, AtomicFiles.text(toCsv()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          LearningRateFinder.NAME
              + ": "
              + file.toAbsolutePath()
              + " must be a file in a folder that exists and can be written to ("
              + e
              + ")",
          e);
    }
  }

  @Override
  public String toString() {
    return "LearningRateSweep(points="
        + rates.length
        + ", seeds="
        + lossesBySeed.size()
        + (hasSuggestion() ? ", suggestion=" + suggestion.valley() : "")
        + ")";
  }
}
