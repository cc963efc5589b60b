package io.github.dl4jext.textbook.api;

/**
 * A figure of the book, and what ours may be to agree with it.
 *
 * @param figure the book's
 * @param least the least that ours may be, or null if it may be as small as it will
 * @param most the most that ours may be, or null
 * @param distribution what many seeds came to elsewhere, or null; ours is judged by it if it is
 *     there, and by the bounds if not
 */
public record ReferenceFigure(double figure, Double least, Double most, Distribution distribution) {

  /** How far a mean of few seeds may fall short of the book's single one. */
  private static final double SHORT = 0.005;

  /**
   * An accuracy; ours may be 0.005 less, or more.
   *
   * @param figure the book's
   * @return the figure with its bound
   */
  public static ReferenceFigure accuracy(double figure) {
    return atLeast(figure, SHORT);
  }

  /**
   * More is better.
   *
   * @param figure the book's
   * @param shortfall how much less ours may be
   * @return the figure with its bound
   */
  public static ReferenceFigure atLeast(double figure, double shortfall) {
    return new ReferenceFigure(figure, figure - shortfall, null, null);
  }

  /**
   * A number that must be the same, such as a count.
   *
   * @param figure the book's
   * @return the figure with its bounds
   */
  public static ReferenceFigure exactly(double figure) {
    return new ReferenceFigure(figure, figure, figure, null);
  }

  /**
   * A figure to look at; the book does not say what would be a good one.
   *
   * @param figure the book's
   * @return the figure without bounds
   */
  public static ReferenceFigure shown(double figure) {
    return new ReferenceFigure(figure, null, null, null);
  }

  /**
   * Returns the same figure with what many seeds of the book's set-up came to elsewhere. Ours then
   * agrees if its mean is at most three standard errors away from theirs, however lucky the book's
   * one seed was.
   *
   * @param of the program that was run, such as {@code PyTorch}
   * @param mean the mean over the seeds
   * @param deviation the standard deviation of a single run, more than 0
   * @param seeds how many there were, at least 2
   * @return the figure with the distribution
   */
  public ReferenceFigure amongSeeds(String of, double mean, double deviation, int seeds) {
    return new ReferenceFigure(figure, least, most, new Distribution(of, mean, deviation, seeds));
  }
}
