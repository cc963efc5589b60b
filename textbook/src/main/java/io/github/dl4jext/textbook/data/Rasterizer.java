package io.github.dl4jext.textbook.data;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.NoninvertibleTransformException;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;

/**
 * Fills shapes with smooth edges on a black 28 x 28 picture. The sheet on which the garment is
 * drawn reaches from -1 to 1 in x (to the right) and y (down); {@code placement} maps it to the
 * pixels of the picture.
 *
 * <p>Java2D's Graphics2D is not used: it starts the window system, which may be missing, and blends
 * in native code, whereas this is plain arithmetic that gives the same bytes on every machine.
 */
final class Rasterizer {
  private static final int SIDE = LabelledImages.SIDE;

  /** The number of lines into which each row of pixels is cut; along a line, coverage is exact. */
  private static final int LINES = 4;

  /** How far, in pixels, a flattened curve may be from the true one. */
  private static final double FLATNESS = 0.05;

  private static final int MOST_CROSSINGS = 48;

  private final float[] brightness = new float[SIDE * SIDE];
  private final AffineTransform placement;
  private final double[] toSheet = new double[6];

  // Work space for where each line is crossed and in which direction; it is reused, as a picture
  // has
  // a dozen shapes.
  private final double[][] crossings = new double[SIDE * LINES][MOST_CROSSINGS];
  private final int[] crossingCount = new int[SIDE * LINES];
  private final float[] coverage = new float[SIDE];

  Rasterizer(AffineTransform placement) {
    this.placement = placement;
    try {
      placement.createInverse().getMatrix(toSheet);
    } catch (NoninvertibleTransformException e) {
      throw new IllegalArgumentException("placement squeezes the sheet flat: " + placement, e);
    }
  }

  /** Fills an outline, in sheet units and by the non-zero rule, with the fabric. */
  void fill(Shape outline, Fabric fabric) {
    collectCrossings(outline);
    for (int row = 0; row < SIDE; row++) {
      Arrays.fill(coverage, 0f);
      for (int line = row * LINES; line < (row + 1) * LINES; line++) {
        cover(line);
      }
      blend(row, fabric);
    }
  }

  /** Draws along a path, {@code width} sheet units wide. */
  void stroke(Shape path, double width, Fabric fabric) {
    Path2D outline = new Path2D.Double();
    double[] p = new double[6];
    double x = 0;
    double y = 0;
    for (PathIterator it = path.getPathIterator(null, 0.01); !it.isDone(); it.next()) {
      if (it.currentSegment(p) == PathIterator.SEG_LINETO) {
        appendBar(outline, x, y, p[0], p[1], width / 2);
      }
      x = p[0];
      y = p[1];
    }
    fill(outline, fabric);
  }

  /**
   * All bars have the same orientation, so that they join instead of cancelling where they overlap.
   */
  private static void appendBar(
      Path2D outline, double x0, double y0, double x1, double y1, double half) {
    double length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
    if (length == 0) {
      return;
    }
    double dx = (x1 - x0) / length * half;
    double dy = (y1 - y0) / length * half;
    // Half a width at each end would make a square cap; a quarter closes the gaps in bends.
    double ex = dx / 2;
    double ey = dy / 2;
    outline.moveTo(x0 - ex - dy, y0 - ey + dx);
    outline.lineTo(x1 + ex - dy, y1 + ey + dx);
    outline.lineTo(x1 + ex + dy, y1 + ey - dx);
    outline.lineTo(x0 - ex + dy, y0 - ey - dx);
    outline.closePath();
  }

  /** Covers a rectangle of the picture, in pixels, with grey, as by an object in front of it. */
  void cover(Rectangle2D pixels, double grey) {
    int right = (int) Math.min(SIDE, pixels.getMaxX());
    int bottom = (int) Math.min(SIDE, pixels.getMaxY());
    for (int y = (int) Math.max(0, pixels.getY()); y < bottom; y++) {
      for (int x = (int) Math.max(0, pixels.getX()); x < right; x++) {
        brightness[y * SIDE + x] = (float) grey;
      }
    }
  }

  /** Writes the picture, with the noise added, as unsigned bytes from {@code at} on. */
  void write(SeededRandom random, double noise, byte[] to, int at) {
    for (int i = 0; i < brightness.length; i++) {
      double v = brightness[i] + noise * random.normal();
      to[at + i] = (byte) Math.round(255 * Math.max(0, Math.min(1, v)));
    }
  }

  private void collectCrossings(Shape outline) {
    Arrays.fill(crossingCount, 0);
    double[] p = new double[6];
    double startX = 0;
    double startY = 0;
    double x = 0;
    double y = 0;
    for (PathIterator it = outline.getPathIterator(placement, FLATNESS); !it.isDone(); it.next()) {
      int kind = it.currentSegment(p);
      if (kind == PathIterator.SEG_LINETO) {
        addEdge(x, y, p[0], p[1]);
        x = p[0];
        y = p[1];
      } else {
        // A new start or the end: in both cases the outline that was begun is closed.
        addEdge(x, y, startX, startY);
        if (kind == PathIterator.SEG_MOVETO) {
          startX = p[0];
          startY = p[1];
        }
        x = startX;
        y = startY;
      }
    }
    addEdge(x, y, startX, startY);
  }

  private void addEdge(double x0, double y0, double x1, double y1) {
    if (y0 == y1) {
      return;
    }
    double top = Math.min(y0, y1);
    double bottom = Math.max(y0, y1);
    // Line k lies at y = (k + 0.5) / LINES; an edge owns the lines in [top, bottom).
    int first = (int) Math.max(0, Math.ceil(top * LINES - 0.5));
    int last = (int) Math.min(SIDE * LINES - 1, Math.ceil(bottom * LINES - 0.5) - 1);
    for (int line = first; line <= last; line++) {
      double x = x0 + ((line + 0.5) / LINES - y0) * (x1 - x0) / (y1 - y0);
      // x and the direction are sorted as one number: x in steps of 1/4096 pixel, doubled, with the
      // direction as the lowest bit.
      double step = Math.rint(Math.max(-1, Math.min(SIDE + 1, x)) * 4096) * 2;
      crossings[line][crossingCount[line]++] = y1 > y0 ? step : step + 1;
    }
  }

  private void cover(int line) {
    double[] sorted = crossings[line];
    int n = crossingCount[line];
    Arrays.sort(sorted, 0, n);
    int winding = 0;
    double spanStart = 0;
    for (int i = 0; i < n; i++) {
      boolean up = ((long) sorted[i] & 1) != 0;
      int before = winding;
      winding += up ? -1 : 1;
      double x = Math.floor(sorted[i] / 2) / 4096;
      if (before == 0) {
        spanStart = x;
      } else if (winding == 0) {
        coverSpan(spanStart, x);
      }
    }
  }

  private void coverSpan(double from, double to) {
    double left = Math.max(0, from);
    double right = Math.min(SIDE, to);
    for (int x = (int) left; x < right; x++) {
      coverage[x] += (float) ((Math.min(right, x + 1) - Math.max(left, x)) / LINES);
    }
  }

  private void blend(int row, Fabric fabric) {
    for (int column = 0; column < SIDE; column++) {
      float share = Math.min(1f, coverage[column]);
      if (share > 0) {
        double px = column + 0.5;
        double py = row + 0.5;
        double x = toSheet[0] * px + toSheet[2] * py + toSheet[4];
        double y = toSheet[1] * px + toSheet[3] * py + toSheet[5];
        int i = row * SIDE + column;
        brightness[i] += share * ((float) fabric.brightness(x, y) - brightness[i]);
      }
    }
  }
}
