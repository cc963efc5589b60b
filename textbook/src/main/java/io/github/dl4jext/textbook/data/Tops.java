package io.github.dl4jext.textbook.data;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;

/**
 * T-shirt, pullover, coat and shirt. They have the same body and sleeves, and differ in the length
 * of the sleeves and in the detail in the middle, which may be darker or brighter than the cloth.
 */
final class Tops {
  private static final Fabric NECK = Fabric.plain(0.03);

  private Tops() {}

  static void tShirt(Rasterizer canvas, SeededRandom random) {
    Body body = new Body(random, random.between(0.62, 0.9));
    Cloth cloth = Cloth.any(random);
    body.draw(canvas, cloth);
    body.sleeves(canvas, cloth, random.between(0.3, 0.5), random.between(0.2, 0.27));
    neckline(canvas, random, body);
  }

  static void pullover(Rasterizer canvas, SeededRandom random) {
    Body body = new Body(random, random.between(0.65, 0.85));
    Cloth cloth = Cloth.any(random);
    Fabric ribbing = cloth.trim();
    body.draw(canvas, cloth);
    body.sleeves(canvas, cloth, random.between(1.05, 1.3), random.between(0.17, 0.22));
    double hem = body.hem;
    canvas.fill(Outlines.symmetric(body.hemWidth, hem - 0.16, body.hemWidth, hem), ribbing);
    if (random.chance(0.4)) {
      // A rolled collar stands up from the neck.
      canvas.fill(
          Outlines.symmetric(0.19, body.shoulder - 0.14, 0.24, body.shoulder + 0.08), ribbing);
    } else {
      neckline(canvas, random, body);
    }
  }

  static void coat(Rasterizer canvas, SeededRandom random) {
    Body body = new Body(random, random.between(0.8, 0.97));
    Cloth cloth = Cloth.any(random);
    Fabric edge = cloth.trim();
    body.draw(canvas, cloth);
    body.sleeves(canvas, cloth, random.between(1.1, 1.35), random.between(0.18, 0.24));
    double top = body.shoulder;
    // The open front shows what is worn beneath; the gap widens towards the hem.
    double gap = random.between(0.05, 0.09);
    double flare = gap + random.between(0, 0.12);
    canvas.fill(Outlines.symmetric(gap, top + 0.3, flare, body.hem), edge);
    double lapel = random.between(0.35, 0.6);
    Path2D right = Outlines.polygon(0.2, top - 0.06, 0.34, top + 0.14, 0.05, top + lapel);
    canvas.fill(right, edge);
    canvas.fill(Outlines.mirrored(right), edge);
    canvas.fill(Outlines.symmetric(0.17, top - 0.06, 0, top + lapel * 0.8), NECK);
    if (random.chance(0.5)) {
      pockets(canvas, edge, random.between(0.25, 0.45));
    }
  }

  static void shirt(Rasterizer canvas, SeededRandom random) {
    Body body = new Body(random, random.between(0.65, 0.9));
    Cloth cloth = Cloth.any(random);
    Fabric trim = cloth.trim();
    body.draw(canvas, cloth);
    boolean shortSleeves = random.chance(0.4);
    double length = shortSleeves ? random.between(0.32, 0.5) : random.between(1.0, 1.3);
    body.sleeves(canvas, cloth, length, random.between(0.18, 0.23));
    double top = body.shoulder;
    // A column of round buttons, where a coat has a band.
    int buttons = 4 + random.below(2);
    double step = (body.hem - top - 0.3) / buttons;
    for (int i = 0; i < buttons; i++) {
      double y = top + 0.32 + i * step;
      canvas.fill(new Ellipse2D.Double(-0.095, y - 0.095, 0.19, 0.19), trim);
    }
    Path2D collar = Outlines.polygon(0.02, top + 0.16, 0.15, top - 0.12, 0.31, top + 0.2);
    canvas.fill(collar, trim);
    canvas.fill(Outlines.mirrored(collar), trim);
    if (random.chance(0.5)) {
      canvas.fill(Outlines.polygon(0.16, -0.3, 0.36, -0.3, 0.36, -0.08, 0.16, -0.08), trim);
    }
  }

  private static void pockets(Rasterizer canvas, Fabric fabric, double y) {
    Path2D right = Outlines.line(0.2, y, 0.4, y + 0.06);
    canvas.stroke(right, 0.08, fabric);
    canvas.stroke(Outlines.mirrored(right), 0.08, fabric);
  }

  private static void neckline(Rasterizer canvas, SeededRandom random, Body body) {
    double width = random.between(0.17, 0.26);
    double depth = random.between(0.15, 0.35);
    double top = body.shoulder - 0.12;
    if (random.chance(0.5)) {
      canvas.fill(Outlines.symmetric(width, top, 0, top + 0.08 + depth), NECK);
    } else {
      canvas.fill(new Ellipse2D.Double(-width, top - depth + 0.08, 2 * width, 2 * depth), NECK);
    }
  }

  /** Trunk and shoulders. */
  private static final class Body {
    private final double shoulder;
    private final double shoulderWidth;
    private final double waistWidth;
    private final double hemWidth;
    private final double hem;

    Body(SeededRandom random, double hem) {
      this.hem = hem;
      shoulder = -0.8 + random.between(-0.05, 0.08);
      shoulderWidth = random.between(0.44, 0.56);
      waistWidth = shoulderWidth - random.between(0, 0.12);
      hemWidth = waistWidth + random.between(-0.02, 0.1);
    }

    void draw(Rasterizer canvas, Fabric cloth) {
      canvas.fill(
          Outlines.symmetric(
              0.2,
              shoulder - 0.08,
              shoulderWidth,
              shoulder + 0.06,
              shoulderWidth - 0.03,
              shoulder + 0.5,
              waistWidth,
              0.1,
              hemWidth,
              hem),
          cloth);
    }

    /** Both sleeves, {@code length} long from the shoulder and {@code width} wide. */
    void sleeves(Rasterizer canvas, Fabric cloth, double length, double width) {
      double slope = length > 0.7 ? 0.26 : 0.62;
      double x = shoulderWidth + slope * length;
      double y = shoulder + 0.1 + length * (length > 0.7 ? 0.95 : 0.7);
      Path2D right =
          Outlines.polygon(
              shoulderWidth - 0.14,
              shoulder,
              shoulderWidth + 0.04,
              shoulder + 0.06,
              x + width * 0.5,
              y - 0.04,
              x - width * 0.5,
              y + 0.04,
              shoulderWidth - 0.08,
              shoulder + 0.42);
      canvas.fill(right, cloth);
      canvas.fill(Outlines.mirrored(right), cloth);
    }
  }
}
