package io.github.dl4jext.textbook.data;

import java.awt.geom.Ellipse2D;

/** Handbags, totes and clutches. */
final class Bags {
  private Bags() {}

  static void bag(Rasterizer canvas, SeededRandom random) {
    Cloth leather = Cloth.any(random);
    double width = random.between(0.6, 0.92);
    double top = random.between(-0.45, 0.0);
    double bottom = random.between(0.5, 0.85);
    double taper = random.between(-0.12, 0.15);
    Fabric trim = leather.trim();
    if (random.chance(0.85)) {
      handle(canvas, random, leather, width, top);
    }
    if (random.chance(0.35)) {
      canvas.fill(
          Outlines.round(-width, top, width, top, width + 0.05, bottom, -width - 0.05, bottom),
          leather);
      // Rounded corners take away half the height; this fills the middle again.
      canvas.fill(
          Outlines.symmetric(width * 0.75, top + 0.04, width * 0.8, bottom - 0.04), leather);
    } else {
      canvas.fill(Outlines.symmetric(width - taper, top, width, bottom), leather);
    }
    if (random.chance(0.6)) {
      double flap = top + (bottom - top) * random.between(0.3, 0.55);
      canvas.fill(Outlines.symmetric(width - taper, top, width * 0.9, flap), trim);
      canvas.fill(new Ellipse2D.Double(-0.08, flap - 0.1, 0.16, 0.16), leather);
    }
  }

  private static void handle(
      Rasterizer canvas, SeededRandom random, Fabric leather, double width, double top) {
    double thick = random.between(0.08, 0.15);
    double half = width * random.between(0.35, 0.85);
    double rise = random.between(0.5, 1.0) + 0.3 * (top + 0.45);
    if (random.chance(0.3)) {
      canvas.stroke(
          Outlines.line(
              -half, top, -half * 0.7, top - rise * 0.5, half * 0.7, top - rise * 0.5, half, top),
          thick,
          leather);
    } else {
      // A bow rises half as high as its middle point.
      canvas.stroke(Outlines.bow(-half, top, 0, top - 1.4 * rise, half, top), thick, leather);
    }
  }
}
