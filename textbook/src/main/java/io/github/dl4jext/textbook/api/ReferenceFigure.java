package io.github.dl4jext.textbook.api;

/**
 * A figure of the book, and what ours may be to agree with it.
 *
 * @param figure the book's
 * @param least the least that ours may be, or null if it may be as small as it will
 * @param most the most that ours may be, or null
 */
public record ReferenceFigure(double figure, Double least, Double most) {

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
    return new ReferenceFigure(figure, figure - shortfall, null);
  }

  /**
   * A number that must be the same, such as a count.
   *
   * @param figure the book's
   * @return the figure with its bounds
   */
  public static ReferenceFigure exactly(double figure) {
    return new ReferenceFigure(figure, figure, figure);
  }

  /**
   * A figure to look at; the book does not say what would be a good one.
   *
   * @param figure the book's
   * @return the figure without bounds
   */
  public static ReferenceFigure shown(double figure) {
    return new ReferenceFigure(figure, null, null);
  }
}
