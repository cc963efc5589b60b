package io.github.dl4jext.textbook.data;

/**
 * What a garment is made of: two tones in a pattern, and a third tone, for details, that stands out
 * from both.
 */
record Cloth(Fabric pattern, Fabric trim) implements Fabric {
  /**
   * Of a pattern and tones that the dice choose; never so dark that the shape is lost.
   *
   * <p>The details are as often brighter than the cloth as they are darker. On average over many
   * images they vanish, which is what a linear model sees of them.
   */
  static Cloth any(Dice dice) {
    boolean brightTrim = dice.chance(0.5);
    double darker = brightTrim ? dice.between(0.3, 0.5) : dice.between(0.5, 0.8);
    double brighter = darker + dice.between(0.06, 0.18);
    double contrast = dice.between(0.35, 0.55);
    Fabric trim =
        Fabric.plain(
            brightTrim ? Math.min(1, brighter + contrast) : Math.max(0.02, darker - contrast));
    boolean swap = dice.chance(0.5);
    double tone = swap ? brighter : darker;
    double other = swap ? darker : brighter;
    Fabric pattern =
        switch (dice.of(8)) {
          case 0, 1 -> Fabric.plain(tone);
          case 2 -> stripes(tone, other, 0, 1, dice);
          case 3 -> stripes(tone, other, 1, 0, dice);
          case 4 -> checks(tone, other, dice);
          case 5 -> gradient(tone, other, 0, 1);
          case 6 -> gradient(tone, other, 1, 0);
          default -> print(tone, other, dice);
        };
    return new Cloth(pattern, trim);
  }

  @Override
  public double brightness(double x, double y) {
    return pattern.brightness(x, y);
  }

  private static Fabric stripes(double tone, double other, int across, int down, Dice dice) {
    double period = dice.between(0.3, 0.75);
    double shift = dice.between(0, 1);
    return (x, y) -> wave((across * x + down * y) / period + shift) ? tone : other;
  }

  private static Fabric checks(double tone, double other, Dice dice) {
    double period = dice.between(0.3, 0.75);
    double shift = dice.between(0, 1);
    return (x, y) -> wave(x / period) == wave(y / period + shift) ? tone : other;
  }

  private static Fabric gradient(double tone, double other, int across, int down) {
    return (x, y) -> {
      double share = (across * x + down * y + 1) / 2;
      return tone + (other - tone) * Math.max(0, Math.min(1, share));
    };
  }

  /** A spot, oval or square. */
  private static Fabric print(double tone, double other, Dice dice) {
    double cx = dice.between(-0.25, 0.25);
    double cy = dice.between(-0.4, 0.4);
    double width = dice.between(0.15, 0.4);
    double height = dice.between(0.1, 0.35);
    boolean oval = dice.chance(0.5);
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
