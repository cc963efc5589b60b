package io.github.dl4jext.regularization;

/**
 * Random numbers by row and index: a pure function of a row's seed and the index, with no state to
 * advance.
 *
 * <p>The bits are SplitMix64's (Steele, Lea and Flood, 2014) at position {@code index} of the
 * stream that begins at the row's seed. Two rows with unequal seeds have independent numbers,
 * whichever rows stand beside them.
 */
public final class RowDraws {

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private final long[] seeds;

  /**
   * Draws for rows with these seeds.
   *
   * @param seeds a seed per row
   */
  public RowDraws(long... seeds) {
    this.seeds = seeds.clone();
  }

  /**
   * How many rows there are.
   *
   * @return the number of seeds
   */
  public int rows() {
    return seeds.length;
  }

  /**
   * 64 random bits.
   *
   * @param row the row, from 0
   * @param index which number of the row, from 0
   * @return the same bits at every call
   */
  public long bits(int row, long index) {
    return mix(seeds[row] + (index + 1) * GOLDEN_RATIO);
  }

  /**
   * A number from the uniform distribution.
   *
   * @param row the row, from 0
   * @param index which number of the row, from 0
   * @return at least 0, less than 1
   */
  public double uniform(int row, long index) {
    return (bits(row, index) >>> 11) * UNIT;
  }

  /**
   * Whether {@link #uniform} is below a bound, without a branch that a processor could guess wrong.
   *
   * @param bound in {@code [0, 1]}
   * @param row the row, from 0
   * @param index which number of the row, from 0
   * @return 1 if it is, else 0
   */
  public int isBelow(double bound, int row, long index) {
    return (int) (((bits(row, index) >>> 11) - (long) Math.ceil(bound * 0x1.0p53)) >>> 63);
  }

  /**
   * A number from the standard normal distribution, by the transform of Box and Muller.
   *
   * @param row the row, from 0
   * @param index which number of the row, from 0
   * @return mean 0, standard deviation 1
   */
  public double gaussian(int row, long index) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(row, 2 * index)));
    return radius * Math.cos(2 * Math.PI * uniform(row, 2 * index + 1));
  }

  /** SplitMix64's finaliser: every bit of the input changes half of the output's. */
  static long mix(long value) {
    long bits = value;
    bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return bits ^ (bits >>> 31);
  }
}
