package io.github.dl4jext.textbook.data;

/**
 * The cloth of a garment: a pattern of two tones, and a third tone for details, which differs
 * clearly from both.
 */
record Cloth(Fabric pattern, Fabric trim) implements Fabric {
  /**
   * Draws a pattern and tones at random, never so dark that the shape is lost.
   *
   * <p>The details are brighter than the cloth as often as they are darker. They vanish in the
   * average over many images, so a linear model cannot use them.
   */
  static Cloth any(SeededRandom random) {
    boolean brightTrim = random.chance(0.5);
    double darker = brightTrim ? random.between(0.3, 0.5) : random.between(0.5, 0.8);
    double brighter = darker + random.between(0.06, 0.18);
    double contrast = random.between(0.35, 0.55);
    Fabric trim =
        Fabric.plain(
            brightTrim ? Math.min(1, brighter + contrast) : Math.max(0.02, darker - contrast));
    boolean swap = random.chance(0.5);
    double tone = swap ? brighter : darker;
    double other = swap ? darker : brighter;
    Fabric pattern =
        switch (random.below(8)) {
          case 0, 1 -> Fabric.plain(tone);
          case 2 -> stripes(tone, other, 0, 1, random);
          case 3 -> stripes(tone, other, 1, 0, random);
          case 4 -> checks(tone, other, random);
          case 5 -> gradient(tone, other, 0, 1);
          case 6 -> gradient(tone, other, 1, 0);
          default -> print(tone, other, random);
        };
    return new Cloth(pattern, trim);
  }

  @Override
  public double brightness(double x, double y) {
    return pattern.brightness(x, y);
  }

  private static Fabric stripes(
      double tone, double other, int across, int down, SeededRandom random) {
    double period = random.between(0.3, 0.75);
    double shift = random.between(0, 1);
    return (x, y) -> wave((across * x + down * y) / period + shift) ? tone : other;
  }

  private static Fabric checks(double tone, double other, SeededRandom random) {
    double period = random.between(0.3, 0.75);
    double shift = random.between(0, 1);
    return (x, y) -> wave(x / period) == wave(y / period + shift) ? tone : other;
  }

  private static Fabric gradient(double tone, double other, int across, int down) {
    return (x, y) -> {
      double share = (across * x + down * y + 1) / 2;
      return tone + (other - tone) * Math.max(0, Math.min(1, share));
    };
  }

  /** One oval or rectangular spot on a plain cloth. */
  private static Fabric print(double tone, double other, SeededRandom random) {
    double cx = random.between(-0.25, 0.25);
    double cy = random.between(-0.4, 0.4);
    double width = random.between(0.15, 0.4);
    double height = random.between(0.1, 0.35);
    boolean oval = random.chance(0.5);
    return (x, y) -> {
      double dx = (x - cx) / width;
      double dy = (y - cy) / height;
      boolean inside = oval ? dx * dx + dy * dy < 1 : Math.abs(dx) < 1 && Math.abs(dy) < 1;
      return inside ? other : tone;
    };
  }

  private static boolean wave(double turns) {
    return turns - Math.floor(turns) < 0.5;
  }
}
