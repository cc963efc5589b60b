package io.github.dl4jext.it;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Watches what each worker's network does in its steps, before and behind clips. */
final class WorkersSeen {

  private final Map<Model, Seen> seen = new ConcurrentHashMap<>();

  /** Returns a listener; those of the places from 0 on have a clip between each two. */
  TrainingListener probe(int place) {
    return new Probe(place);
  }

  int count() {
    return seen.size();
  }

  boolean every(Predicate<Seen> what) {
    return seen.values().stream().allMatch(what);
  }

  /** What one network was seen to do. */
  static final class Seen {
    private final List<INDArray> gradients = new ArrayList<>();
    final boolean[] clipped = new boolean[6];
    final BaseLayer layer;
    int steps;
    boolean unitDropped;
    boolean weightDropped;
    boolean penalized;
    double largestNorm;

    Seen(Model model) {
      LiveNode first = Network.of(model).nodes().get(0);
      layer = (BaseLayer) first.layer().orElseThrow();
    }

    void look(Model model) {
      List<ParameterSlot> slots = Network.of(model).slots();
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

    private static INDArray gradient(Model model, ParameterSlot slot) {
      return model.gradient().gradientForVariable().get(slot.key());
    }
  }

  /** Stands before or behind the clips, and compares with what the one before has seen. */
  private final class Probe extends BaseTrainingListener {
    private final int place;

    Probe(int place) {
      this.place = place;
    }

    @Override
    public void onGradientCalculation(Model model) {
      Seen here = seen.computeIfAbsent(model, Seen::new);
      INDArray gradient = Network.of(model).gradients().dup();
      if (place == 0) {
        here.gradients.clear();
        here.look(model);
      } else {
        INDArray before = here.gradients.get(place - 1);
        here.clipped[place] |= gradient.sub(before).norm1Number().doubleValue() > 0;
      }
      here.gradients.add(gradient);
    }
  }
}
