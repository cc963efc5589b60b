package io.github.dl4jext.network.noise;

import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Random numbers by row and index: a pure function of a row's seed and the index, with no state to
 * advance.
 *
 * <p>The bits are SplitMix64's (Steele, Lea and Flood, 2014) at position {@code index} of the
 * stream that begins at the row's seed. Two rows with different seeds have independent numbers,
 * whichever other rows there are.
 */
public final class CounterRandom implements NoiseSource {

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  /** No double has more binary digits after the point. */
  private static final int LONGEST = 1074;

  private final long[] seeds;

  /**
   * Draws for rows with these seeds.
   *
   * @param seeds a seed per row
   */
  public CounterRandom(long... seeds) {
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

  /**
   * Numbers from the standard normal distribution for a whole array: {@link #gaussian} of each row,
   * counted along the row, last dimension first.
   *
   * @param type a floating-point type
   * @param shape of the array; dimension 0 has a row per seed
   * @return a new array in order c
   * @throws IllegalArgumentException if there is not a seed for each row
   */
  @Override
  public INDArray gaussian(DataType type, long... shape) {
    checkRows(shape[0]);
    int columns = Math.toIntExact(ArrayUtil.prodLong(shape) / Math.max(1, rows()));
    double[] numbers = new double[Math.multiplyExact(columns, rows())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = gaussian(i / columns, i % columns);
    }
    return Nd4j.createFromArray(numbers).reshape('c', shape).castTo(type);
  }

  /**
   * 64 coins at once: bit k shows heads if the coin {@code 64 block + k} of the row does.
   *
   * <p>A coin compares a uniform number with the probability, digit by binary digit, and most are
   * decided by the first few digits. 64 coins therefore cost seven or eight words of random bits on
   * average, and the probability is kept to all 53 bits of a double.
   *
   * @param row the row, from 0
   * @param block which 64 coins of the row, from 0
   * @param probability of heads, in {@code [0, 1]}
   * @return the same bits at every call
   */
  public long coins(int row, long block, double probability) {
    if (!(probability < 1)) {
      return -1L;
    }
    double digits = probability;
    long heads = 0;
    long undecided = -1L;
    // 1074 binary digits hold every double, so an index is never drawn twice in a row
    for (long index = block * LONGEST; digits > 0 && undecided != 0; index++) {
      digits *= 2;
      long word = bits(row, index);
      if (digits >= 1) {
        digits -= 1;
        heads |= undecided & ~word;
        undecided &= word;
      } else {
        undecided &= ~word;
      }
    }
    return heads;
  }

  @Override
  public INDArray bernoulli(DataType type, double probability, long... shape) {
    INDArray ones = Nd4j.ones(type, shape);
    keep(ones, probability, 1);
    return ones;
  }

  /**
   * Multiplies every number of an array by {@code scale} if its coin shows heads, else by 0: the
   * mask of inverted dropout, drawn and applied in one pass. The coins are counted along a row,
   * last dimension first, wherever the numbers lie in memory.
   *
   * @param array one example per index of dimension 0, of any rank, order and stride, changed in
   *     place; float types only
   * @param probability of heads, in {@code [0, 1]}
   * @param scale the number by which those kept are multiplied
   * @throws IllegalArgumentException if the array does not have as many rows as there are seeds
   */
  public void keep(INDArray array, double probability, double scale) {
    BernoulliMask.apply(array, this, probability, scale);
  }

  /**
   * SplitMix64's finaliser: every bit of the input changes half of the output's bits on average.
   *
   * @param value any bits
   * @return the mixed bits
   */
  public static long mix(long value) {
    long bits = value;
    bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return bits ^ (bits >>> 31);
  }

  /** Throws unless there is a seed for each of so many rows. */
  void checkRows(long rows) {
    if (rows != seeds.length) {
      throw new IllegalArgumentException(
          "an array of "
              + rows
              + " rows was given random numbers for "
              + seeds.length
              + ": there must be a seed for each index of dimension 0");
    }
  }

  /** The random numbers of one of the rows. */
  CounterRandom only(int row) {
    return new CounterRandom(seeds[row]);
  }

  /**
   * The number at a position of the stream that begins at a seed.
   *
   * @param seed the seed
   * @param position the position, from 0
   * @return 64 random bits
   */
  public static long mix(long seed, long position) {
    return mix(seed + (position + 1) * GOLDEN_RATIO);
  }
}
