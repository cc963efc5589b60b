package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The memory of one training from step to step, by the names of layers and parameters. */
final class Memory {

  /** The number of measured steps in a row that have to agree. */
  static final int AGREEING = 3;

  /**
   * The relative updates of one matrix.
   *
   * @param latest the updates of the last measured steps
   * @param largest the largest update of all
   * @param count the number of measured updates
   */
  record Updates(Deque<Double> latest, double largest, int count) {}

  private final Map<String, UnitWindow> units = new HashMap<>();
  private final Map<ParameterName, Updates> updates = new HashMap<>();
  private final Map<String, double[]> classes = new HashMap<>();
  private final Map<String, Integer> labelled = new HashMap<>();

  Memory copy() {
    Memory copy = new Memory();
    units.forEach((name, window) -> copy.units.put(name, window.copy()));
    updates.forEach(
        (name, seen) ->
            copy.updates.put(
                name, new Updates(new ArrayDeque<>(seen.latest), seen.largest, seen.count)));
    classes.forEach((name, counts) -> copy.classes.put(name, counts.clone()));
    copy.labelled.putAll(labelled);
    return copy;
  }

  /** Adds the values of units; if the number of units has changed, the window begins again. */
  UnitWindow add(String name, UnitValues values) {
    UnitWindow window = units.get(name);
    if (window == null || window.units() != values.units()) {
      window = UnitWindow.of(values.units());
      units.put(name, window);
    }
    window.add(values);
    return window;
  }

  void add(LearningMatrix matrix) {
    double update = matrix.relativeUpdate();
    if (update > 0) { // with accumulated gradients most steps make no update
      Updates before =
          updates.getOrDefault(matrix.slot().name(), new Updates(new ArrayDeque<>(), 0, 0));
      before.latest.addLast(update);
      while (before.latest.size() > AGREEING) {
        before.latest.removeFirst();
      }
      updates.put(
          matrix.slot().name(),
          new Updates(before.latest, Math.max(before.largest, update), before.count + 1));
    }
  }

  Updates of(LearningMatrix matrix) {
    return updates.getOrDefault(matrix.slot().name(), new Updates(new ArrayDeque<>(), 0, 0));
  }

  /** Counts the labels of each class. */
  void add(OutputEnd end) {
    UnitValues labels = end.labels();
    String name = end.node().name();
    double[] known = classes.get(name);
    if (known == null || known.length != labels.units()) {
      known = new double[labels.units()];
      labelled.put(name, 0);
    }
    double[] counts = known;
    labels.forEach((unit, row, value) -> counts[unit] += value);
    classes.put(name, counts);
    labelled.merge(name, labels.rows(), Integer::sum);
  }

  /** Returns the number of labels of each class; empty if an output is not of classes. */
  List<Double> classesOf(OutputEnd end) {
    List<Double> counts = new ArrayList<>();
    double[] known = classes.get(end.node().name());
    if (known != null) {
      for (double count : known) {
        counts.add(count);
      }
    }
    return counts;
  }

  int labelsOf(OutputEnd end) {
    return labelled.getOrDefault(end.node().name(), 0);
  }
}
