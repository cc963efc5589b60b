package io.github.dl4jext.textbook.data;

import java.awt.geom.Path2D;

/** Sandal, sneaker and ankle boot, seen from the side with the toe to the left. */
final class Shoes {
  private Shoes() {}

  static void sandal(Rasterizer canvas, SeededRandom random) {
    Cloth leather = Cloth.any(random);
    double heel = random.chance(0.5) ? random.between(0.3, 0.7) : random.between(0, 0.15);
    double ground = 0.5;
    double back = ground - 0.12 - heel;
    double thick = random.between(0.1, 0.2);
    Path2D sole =
        Outlines.polygon(
            -0.95,
            ground - thick,
            -0.35,
            ground - thick,
            0.4,
            back - 0.02,
            0.92,
            back - 0.06,
            0.92,
            back + thick,
            0.4,
            back + thick + 0.05,
            -0.35,
            ground,
            -0.95,
            ground);
    canvas.fill(sole, leather);
    if (heel > 0.2) {
      double width = random.between(0.1, 0.3);
      canvas.fill(
          Outlines.polygon(0.9 - width, back, 0.92, back, 0.9, ground, 0.9 - width * 0.7, ground),
          leather);
    }
    double strap = random.between(0.11, 0.17);
    int straps = 1 + random.below(3);
    for (int i = 0; i < straps; i++) {
      double x = -0.8 + 0.34 * i;
      double y = ground - thick + (i == 2 ? (back - ground) * 0.35 : 0);
      canvas.stroke(Outlines.bow(x, y, x + 0.15, y - 0.75, x + 0.42, y - 0.02), strap, leather);
    }
    double ankle = back - random.between(0.3, 0.55);
    canvas.stroke(Outlines.line(0.85, back, 0.8, ankle), strap, leather);
    if (random.chance(0.7)) {
      canvas.stroke(Outlines.bow(0.8, ankle, 0.5, ankle + 0.1, 0.3, ankle - 0.05), strap, leather);
    }
  }

  static void sneaker(Rasterizer canvas, SeededRandom random) {
    Cloth upper = Cloth.any(random);
    Fabric detail = upper.trim();
    double top = random.between(-0.32, -0.1);
    double toe = random.between(0.02, 0.2);
    canvas.fill(
        Outlines.round(
            -1.05,
            0.5,
            -1.05,
            toe,
            -0.55,
            toe - 0.08,
            -0.1,
            top - 0.1,
            0.15,
            top,
            0.5,
            top + 0.12,
            0.95,
            top - 0.15,
            1.0,
            0.5),
        upper);
    sole(canvas, random, detail, 0.98);
    int laces = 2 + random.below(2);
    for (int i = 0; i < laces; i++) {
      double x = -0.4 + 0.18 * i;
      double y = toe - 0.05 + (top - toe) * (0.25 + 0.3 * i);
      canvas.stroke(Outlines.line(x, y, x + 0.16, y + 0.22), 0.08, detail);
    }
    if (random.chance(0.5)) {
      canvas.stroke(Outlines.bow(-0.1, 0.25, 0.3, 0.3, 0.7, top + 0.15), 0.1, upper.trim());
    }
  }

  static void ankleBoot(Rasterizer canvas, SeededRandom random) {
    Cloth leather = Cloth.any(random);
    double shaft = random.between(-0.85, -0.45);
    double front = random.between(-0.2, 0.1);
    double instep = random.between(-0.05, 0.15);
    canvas.fill(
        Outlines.polygon(
            -0.95,
            0.5,
            -0.95,
            0.32,
            -0.75,
            0.15,
            front - 0.12,
            instep - 0.1,
            front,
            -0.25,
            front + 0.02,
            shaft,
            0.85,
            shaft + random.between(-0.06, 0.06),
            0.88,
            0.5),
        leather);
    Fabric dark = leather.trim();
    if (random.chance(0.6)) {
      double heel = random.between(0.15, 0.4);
      double width = random.between(0.3, 0.55);
      canvas.fill(
          Outlines.polygon(
              0.9 - width, 0.48, 0.9, 0.48, 0.88, 0.5 + heel, 0.95 - width, 0.5 + heel),
          dark);
      canvas.fill(Outlines.polygon(-0.95, 0.44, 0.9, 0.44, 0.9, 0.54, -0.95, 0.54), dark);
    } else {
      sole(canvas, random, dark, 0.92);
    }
    if (random.chance(0.5)) {
      double x = random.between(0.25, 0.55);
      canvas.stroke(Outlines.line(x, shaft + 0.05, x - 0.05, 0.2), 0.09, dark);
    } else {
      canvas.stroke(Outlines.line(front, shaft + 0.06, 0.86, shaft + 0.06), 0.12, dark);
    }
  }

  private static void sole(Rasterizer canvas, SeededRandom random, Fabric rubber, double end) {
    double top = 0.5 - random.between(0.05, 0.16);
    canvas.fill(Outlines.polygon(-0.98, top, end, top, end - 0.03, 0.58, -0.92, 0.58), rubber);
  }
}
