package io.github.dl4jext.textbook.data;

import java.awt.geom.Path2D;

/** Trousers and dresses: what is much longer than wide. */
final class LongWear {
  private LongWear() {}

  static void trouser(Canvas canvas, Dice dice) {
    Cloth cloth = Cloth.any(dice);
    double waist = dice.between(0.24, 0.36);
    double hip = waist + dice.between(0.03, 0.12);
    double hem = dice.between(0.12, 0.26);
    double apart = dice.between(0.04, 0.16);
    double crotch = dice.between(-0.45, -0.2);
    double bottom = dice.chance(0.2) ? dice.between(0.1, 0.4) : dice.between(0.75, 0.95);
    Path2D right =
        Outlines.polygon(
            0, -0.9, waist, -0.9, hip, crotch, apart + hem, bottom, apart, bottom, 0.01, crotch);
    canvas.fill(right, cloth);
    canvas.fill(Outlines.mirrored(right), cloth);
    canvas.fill(Outlines.symmetric(waist, -0.93, waist + 0.02, -0.8), cloth.trim());
  }

  static void dress(Canvas canvas, Dice dice) {
    Cloth cloth = Cloth.any(dice);
    double bust = dice.between(0.24, 0.36);
    double waist = bust - dice.between(0.02, 0.1);
    double waistline = dice.between(-0.3, 0.05);
    double hem = dice.between(0.3, 0.62);
    double bottom = dice.between(0.65, 0.95);
    double strap = bust - dice.between(0.06, 0.14);
    canvas.fill(
        Outlines.symmetric(
            strap - 0.1, -0.92, strap, -0.92, bust, -0.55, waist, waistline, hem, bottom),
        cloth);
    canvas.fill(
        Outlines.symmetric(strap - 0.09, -0.95, 0, -0.95 + dice.between(0.2, 0.5)),
        Fabric.plain(0.03));
    if (dice.chance(0.35)) {
      double out = dice.between(0.15, 0.3);
      double down = dice.between(0.15, 0.7);
      Path2D sleeve =
          Outlines.polygon(
              strap - 0.03,
              -0.92,
              bust + out,
              -0.85 + down,
              bust + out - 0.14,
              -0.8 + down,
              bust,
              -0.5);
      canvas.fill(sleeve, cloth);
      canvas.fill(Outlines.mirrored(sleeve), cloth);
    }
    if (dice.chance(0.5)) {
      canvas.fill(
          Outlines.symmetric(waist + 0.02, waistline - 0.07, waist + 0.03, waistline + 0.07),
          cloth.trim());
    }
  }
}
