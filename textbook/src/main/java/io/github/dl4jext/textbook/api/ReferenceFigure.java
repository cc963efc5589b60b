package io.github.dl4jext.textbook.api;

/**
 * A figure of the book, and the bounds within which ours agrees with it.
 *
 * @param figure the book's figure
 * @param least the lowest figure of ours that agrees, or null if there is no lower bound
 * @param most the highest figure of ours that agrees, or null if there is no upper bound
 * @param distribution the result of many seeds that were run elsewhere, which is used in place of
 *     the bounds; null if it is not known
 */
public record ReferenceFigure(double figure, Double least, Double most, Distribution distribution) {

  /** How much lower a mean of few seeds may be than the book's single seed. */
  private static final double SHORT = 0.005;

  /**
   * An accuracy; ours agrees if it is at most 0.005 lower.
   *
   * @param figure the book's figure
   * @return the figure with a lower bound
   */
  public static ReferenceFigure accuracy(double figure) {
    return atLeast(figure, SHORT);
  }

  /**
   * A figure of which more is better; ours agrees if it is lower by at most the shortfall.
   *
   * @param figure the book's figure
   * @param shortfall how much lower ours may be
   * @return the figure with a lower bound
   */
  public static ReferenceFigure atLeast(double figure, double shortfall) {
    return new ReferenceFigure(figure, figure - shortfall, null, null);
  }

  /**
   * A figure that must be equal to ours, such as a count.
   *
   * @param figure the book's figure
   * @return the figure with itself as both bounds
   */
  public static ReferenceFigure exactly(double figure) {
    return new ReferenceFigure(figure, figure, figure, null);
  }

  /**
   * A figure that is only shown beside ours, and not compared.
   *
   * @param figure the book's figure
   * @return the figure without bounds
   */
  public static ReferenceFigure shown(double figure) {
    return new ReferenceFigure(figure, null, null, null);
  }

  /**
   * Returns the same figure with the result of many seeds of the book's set-up that were run
   * elsewhere. Ours then agrees if its mean is at most three standard errors of the difference away
   * from their mean, however lucky the book's one seed was.
   *
   * @param of the library that it was run with, such as {@code PyTorch}
   * @param mean the mean over the seeds
   * @param deviation the standard deviation of a single run, more than 0
   * @param seeds how many seeds were run, at least 2
   * @return the figure with the distribution
   */
  public ReferenceFigure amongSeeds(String of, double mean, double deviation, int seeds) {
    return new ReferenceFigure(figure, least, most, new Distribution(of, mean, deviation, seeds));
  }
}
