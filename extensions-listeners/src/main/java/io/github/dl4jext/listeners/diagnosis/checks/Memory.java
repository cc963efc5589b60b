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

  /** So many measured steps in a row have to agree. */
  static final int AGREEING = 3;

  /**
   * The relative updates of one matrix.
   *
   * @param latest those of the last measured steps
   * @param largest the largest of all
   * @param count how many were measured
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

  /** Adds what units have put out; a layer that has got another size begins anew. */
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
    if (update > 0) { // accumulated gradients make no update in most steps
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

  /** The number of labels of each class; empty where an output is not of classes. */
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
