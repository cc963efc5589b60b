package io.github.dl4jext.spark;

import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Watches on the executors what their networks do in each step, before and behind clips. */
final class ExecutorProbe extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Map<Model, Seen> SEEN = new ConcurrentHashMap<>();

  private final int place;

  /** Those of the places from 0 on have a clip between each two. */
  ExecutorProbe(int place) {
    this.place = place;
  }

  static void forget() {
    SEEN.clear();
  }

  /** Whether there were executors, and it is true of all their networks. */
  static boolean every(Predicate<Seen> what) {
    return !SEEN.isEmpty() && SEEN.values().stream().allMatch(what);
  }

  /** Whether it is true of the network of an executor, where not all have the occasion. */
  static boolean some(Predicate<Seen> what) {
    return SEEN.values().stream().anyMatch(what);
  }

  static List<Rate> rates() {
    return SEEN.values().stream().flatMap(seen -> seen.rates.stream()).toList();
  }

  /** A rate that a layer was trained with. */
  record Rate(int layer, TrainingProgress at, double value) {}

  /** What one network was seen to do. */
  static final class Seen {
    private final Map<Integer, INDArray> gradients = new HashMap<>();
    final boolean[] clipped = new boolean[6];
    final BaseLayer layer;
    final List<Rate> rates = new ArrayList<>();
    private int steps;
    boolean skipped;
    boolean unitDropped;
    boolean weightDropped;
    boolean penalized;
    double largestNorm;

    Seen(Model model) {
      LiveNode first = Network.of(model).nodes().get(0);
      layer = (BaseLayer) first.layer().orElseThrow();
    }

    void look(Model model) {
      Network network = Network.of(model);
      TrainingProgress at = network.progress();
      List<LiveNode> nodes = network.nodes();
      LearningRates.of("probe", network)
          .values()
          .forEach(
              (name, rate) ->
                  rates.add(
                      new Rate(layer(nodes, name), at, rate.at(at.iterations(), at.epochs()))));
      List<ParameterSlot> slots = network.slots();
      INDArray units = gradient(model, slots.get(2)).norm1(1);
      unitDropped |= units.eq(0).any() && units.gt(0).any();
      weightDropped |= gradient(model, slots.get(3)).eq(0).any();
      penalized |= model.score() > 10;
      for (int weights = 0; steps > 0 && weights < slots.size(); weights += 2) {
        INDArray norms = slots.get(weights).value().norm2(0);
        largestNorm = Math.max(largestNorm, norms.maxNumber().doubleValue());
      }
      steps++;
    }

    private static int layer(List<LiveNode> nodes, ParameterName name) {
      return nodes.stream().map(LiveNode::name).toList().indexOf(name.node());
    }

    private static INDArray gradient(Model model, ParameterSlot slot) {
      return model.gradient().gradientForVariable().get(slot.key());
    }
  }

  @Override
  public void onGradientCalculation(Model model) {
    Seen here = SEEN.computeIfAbsent(model, Seen::new);
    INDArray gradient = Network.of(model).gradients().dup();
    here.skipped |= gradient.norm1Number().doubleValue() == 0;
    if (place == 0) {
      here.look(model);
    } else {
      INDArray before = here.gradients.get(place - 1);
      here.clipped[place] |= gradient.sub(before).norm1Number().doubleValue() > 0;
    }
    here.gradients.put(place, gradient);
  }
}
