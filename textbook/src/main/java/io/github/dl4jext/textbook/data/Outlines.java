package io.github.dl4jext.textbook.data;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;

/** Makes shapes from a few points, given as x, y, x, y, ... in sheet units (-1 to 1, y down). */
final class Outlines {
  private Outlines() {}

  /** Straight edges from point to point, closed. */
  static Path2D polygon(double... xy) {
    Path2D path = line(xy);
    path.closePath();
    return path;
  }

  /** Straight edges from point to point, open. */
  static Path2D line(double... xy) {
    Path2D path = new Path2D.Double();
    path.moveTo(xy[0], xy[1]);
    for (int i = 2; i < xy.length; i += 2) {
      path.lineTo(xy[i], xy[i + 1]);
    }
    return path;
  }

  /**
   * A symmetric outline, of which the right half is given, from top to bottom; the left half is its
   * mirror image.
   */
  static Path2D symmetric(double... right) {
    Path2D path = line(right);
    for (int i = right.length - 2; i >= 0; i -= 2) {
      path.lineTo(-right[i], right[i + 1]);
    }
    path.closePath();
    return path;
  }

  /** A closed curve that approaches each of the points and rounds the corners there. */
  static Path2D round(double... xy) {
    int n = xy.length;
    Path2D path = new Path2D.Double();
    path.moveTo((xy[n - 2] + xy[0]) / 2, (xy[n - 1] + xy[1]) / 2);
    for (int i = 0; i < n; i += 2) {
      int next = (i + 2) % n;
      path.quadTo(xy[i], xy[i + 1], (xy[i] + xy[next]) / 2, (xy[i + 1] + xy[next + 1]) / 2);
    }
    path.closePath();
    return path;
  }

  /**
   * An open curve from the first point to the third, bent towards the second, which it does not
   * touch.
   */
  static Path2D bow(double x0, double y0, double cx, double cy, double x1, double y1) {
    Path2D path = new Path2D.Double();
    path.moveTo(x0, y0);
    path.quadTo(cx, cy, x1, y1);
    return path;
  }

  /** The same shape with left and right exchanged. */
  static Shape mirrored(Path2D shape) {
    return shape.createTransformedShape(AffineTransform.getScaleInstance(-1, 1));
  }
}
