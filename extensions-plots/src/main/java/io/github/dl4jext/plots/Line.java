package io.github.dl4jext.plots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Points in the order in which they are joined. A point without a place on an axis is a gap.
 *
 * <p>Arrays are not copied here: {@link LineChart.Builder} does that.
 */
record Line(String name, double[] x, double[] y) {

  /** Detail finer than this, in pixels, cannot be seen. */
  private static final double TOLERANCE = 0.1;

  /**
   * Returns the x or the y of the points that are drawn, so that a gap does not stretch an axis.
   */
  DoubleStream drawn(double[] values, boolean logX, boolean logY) {
    return IntStream.range(0, x.length)
        .filter(i -> hasPlace(x[i], logX) && hasPlace(y[i], logY))
        .mapToDouble(i -> values[i]);
  }

  private static boolean hasPlace(double value, boolean logarithmic) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  /**
   * Returns the points that are worth drawing, with one stroke between two gaps. Of consecutive
   * points over the same pixel column, the first, the last, the lowest and the highest are kept, so
   * that no jump and no peak is lost. Of these, the points that lie on the line between their
   * neighbours are left out.
   *
   * @param width the width of the plot in pixels
   * @param height the height of the plot in pixels
   * @return for each stroke, x and y of its points in turn, as places from 0 to 1
   */
  List<double[]> strokes(Axis xAxis, Axis yAxis, double width, double height) {
    List<double[]> strokes = new ArrayList<>();
    Stroke stroke = new Stroke(width, height);
    for (int i = 0; i < x.length; i++) {
      double across = xAxis.place(x[i]);
      double up = yAxis.place(y[i]);
      if (Double.isNaN(across) || Double.isNaN(up)) {
        stroke.endIn(strokes);
      } else {
        stroke.add(across, up);
      }
    }
    stroke.endIn(strokes);
    return strokes;
  }

  /** One stroke as it grows; it never holds more than four points per pixel. */
  private static final class Stroke {

    /** A point over no pixel, since NaN differs from every number. */
    private static final double[] NOWHERE = {Double.NaN, Double.NaN};

    private final double width;
    private final double height;
    private final List<double[]> points = new ArrayList<>();

    /** The points over the pixel that is being filled, in their order. */
    private double[] first = NOWHERE;

    private double[] lowest = NOWHERE;
    private double[] highest = NOWHERE;
    private double[] last = NOWHERE;
    private boolean lowestCameFirst;

    private Stroke(double width, double height) {
      this.width = width;
      this.height = height;
    }

    private void add(double across, double up) {
      double[] point = {across, up};
      if (Math.floor(first[0] * width) != Math.floor(across * width)) {
        fill();
        first = point;
        lowest = point;
        highest = point;
      } else if (up < lowest[1]) {
        lowest = point;
        lowestCameFirst = false;
      } else if (up > highest[1]) {
        highest = point;
        lowestCameFirst = true;
      }
      last = point;
    }

    private void fill() {
      if (first == NOWHERE) {
        return;
      }
      addIfNew(first);
      addIfNew(lowestCameFirst ? lowest : highest);
      addIfNew(lowestCameFirst ? highest : lowest);
      addIfNew(last);
    }

    private void addIfNew(double[] point) {
      if (points.isEmpty() || points.get(points.size() - 1) != point) {
        points.add(point);
      }
    }

    private void endIn(List<double[]> strokes) {
      fill();
      if (!points.isEmpty()) {
        strokes.add(withoutNeedless());
      }
      points.clear();
      first = NOWHERE;
    }

    /** The algorithm of Douglas and Peucker. Recursion would go a million deep on a saw-tooth. */
    private double[] withoutNeedless() {
      boolean[] kept = new boolean[points.size()];
      kept[0] = true;
      kept[kept.length - 1] = true;
      List<int[]> open = new ArrayList<>(List.of(new int[] {0, kept.length - 1}));
      while (!open.isEmpty()) {
        int[] range = open.remove(open.size() - 1);
        int farthest = farthest(range[0], range[1]);
        if (farthest >= 0) {
          kept[farthest] = true;
          open.add(new int[] {range[0], farthest});
          open.add(new int[] {farthest, range[1]});
        }
      }
      return IntStream.range(0, kept.length)
          .filter(i -> kept[i])
          .mapToObj(points::get)
          .flatMapToDouble(Arrays::stream)
          .toArray();
    }

    /**
     * Returns the point farthest from the line between two others; -1 if all are within the
     * tolerance.
     */
    private int farthest(int from, int to) {
      int farthest = -1;
      double most = TOLERANCE;
      for (int i = from + 1; i < to; i++) {
        double distance = distance(points.get(i), points.get(from), points.get(to));
        if (distance > most) {
          most = distance;
          farthest = i;
        }
      }
      return farthest;
    }

    private double distance(double[] point, double[] from, double[] to) {
      double alongX = (to[0] - from[0]) * width;
      double alongY = (to[1] - from[1]) * height;
      double x = (point[0] - from[0]) * width;
      double y = (point[1] - from[1]) * height;
      double length = alongX * alongX + alongY * alongY;
      double share = length == 0 ? 0 : Math.max(0, Math.min(1, (x * alongX + y * alongY) / length));
      return Math.hypot(x - share * alongX, y - share * alongY);
    }
  }
}
