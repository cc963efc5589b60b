package io.github.dl4jext.textbook.data;

import java.awt.geom.Path2D;

/** Trousers and dresses, which are much longer than wide. */
final class LongWear {
  private LongWear() {}

  static void trouser(Rasterizer canvas, SeededRandom random) {
    Cloth cloth = Cloth.any(random);
    double waist = random.between(0.24, 0.36);
    double hip = waist + random.between(0.03, 0.12);
    double hem = random.between(0.12, 0.26);
    double apart = random.between(0.04, 0.16);
    double crotch = random.between(-0.45, -0.2);
    double bottom = random.chance(0.2) ? random.between(0.1, 0.4) : random.between(0.75, 0.95);
    Path2D right =
        Outlines.polygon(
            0, -0.9, waist, -0.9, hip, crotch, apart + hem, bottom, apart, bottom, 0.01, crotch);
    canvas.fill(right, cloth);
    canvas.fill(Outlines.mirrored(right), cloth);
    canvas.fill(Outlines.symmetric(waist, -0.93, waist + 0.02, -0.8), cloth.trim());
  }

  static void dress(Rasterizer canvas, SeededRandom random) {
    Cloth cloth = Cloth.any(random);
    double bust = random.between(0.24, 0.36);
    double waist = bust - random.between(0.02, 0.1);
    double waistline = random.between(-0.3, 0.05);
    double hem = random.between(0.3, 0.62);
    double bottom = random.between(0.65, 0.95);
    double strap = bust - random.between(0.06, 0.14);
    canvas.fill(
        Outlines.symmetric(
            strap - 0.1, -0.92, strap, -0.92, bust, -0.55, waist, waistline, hem, bottom),
        cloth);
    canvas.fill(
        Outlines.symmetric(strap - 0.09, -0.95, 0, -0.95 + random.between(0.2, 0.5)),
        Fabric.plain(0.03));
    if (random.chance(0.35)) {
      double out = random.between(0.15, 0.3);
      double down = random.between(0.15, 0.7);
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
    if (random.chance(0.5)) {
      canvas.fill(
          Outlines.symmetric(waist + 0.02, waistline - 0.07, waist + 0.03, waistline + 0.07),
          cloth.trim());
    }
  }
}
