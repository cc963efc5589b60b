package io.github.dl4jext.schedules;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Checks and searches the steps at which one part of a schedule ends and the next begins. */
final class Boundaries {

  static final String RULE = "ascending";

  private Boundaries() {}

  /** True also for null, and for a list that contains null: another check reports these. */
  static boolean ascend(List<Integer> boundaries) {
    if (boundaries == null || boundaries.stream().anyMatch(Objects::isNull)) {
      return true;
    }
    return IntStream.range(1, boundaries.size())
        .allMatch(i -> boundaries.get(i - 1) < boundaries.get(i));
  }

  static boolean fit(List<Integer> boundaries, List<?> between) {
    return boundaries == null || between == null || between.size() == boundaries.size() + 1;
  }

  /** Counts the boundaries that a step has passed or is at. */
  static int passed(List<Integer> boundaries, int step) {
    int low = 0;
    int high = boundaries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (boundaries.get(middle) <= step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
