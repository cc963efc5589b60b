package io.github.dl4jext.transfer.folding;

/** Formats of 16 bits that weights can be rounded to. */
public enum WeightFormat {
  /** IEEE binary16: 11 significant bits, numbers up to 65504, in steps of 6e-8 around 0. */
  HALF(11, -14, 65504),
  /** The upper half of a float: 8 significant bits, numbers up to 3.4e38. */
  BFLOAT16(8, -126, 0x1.FEp127);

  private final int significantBits;
  private final int smallestExponent;
  private final double largest;

  WeightFormat(int significantBits, int smallestExponent, double largest) {
    this.significantBits = significantBits;
    this.smallestExponent = smallestExponent;
    this.largest = largest;
  }

  /**
   * Rounds to the nearest number of this format; of two equally near ones, to the even one.
   *
   * @param value any number
   * @return the rounded number; infinite if it exceeds the format's largest number; NaN for NaN
   */
  public double round(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value;
    }
    int exponent = Math.max(Math.getExponent(value), smallestExponent);
    double step = Math.scalb(1.0, exponent - significantBits + 1);
    double rounded = Math.rint(value / step) * step;
    return Math.abs(rounded) > largest ? Math.copySign(Double.POSITIVE_INFINITY, value) : rounded;
  }
}
