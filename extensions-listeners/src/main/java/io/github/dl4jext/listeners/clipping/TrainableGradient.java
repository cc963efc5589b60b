package io.github.dl4jext.listeners.clipping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The part of a network's gradient that is one: without frozen layers, and without the slots in
 * which batch normalization hands in its new statistics.
 *
 * <p>Parameters that lie side by side are one view, so that a network without batch normalization
 * is a single one. The views are kept from step to step; where they lie is looked up at every step,
 * because layers may be frozen meanwhile.
 */
final class TrainableGradient {

  /** A parameter that its updater moves, and where it lies in the network's vector. */
  record Slot(Layer layer, String owner, String key, INDArray parameter, long from) {

    long to() {
      return from + parameter.length();
    }

    /** The name in {@code model.gradient()}. */
    String gradientKey() {
      return owner + "_" + key;
    }
  }

  private INDArray whole;
  private long[] bounds = {};
  private List<INDArray> views = List.of();

  /** The views, in the order of memory. */
  List<INDArray> views(Model model) {
    INDArray gradient = whole(model);
    long[] now = bounds(slots(model));
    if (gradient != whole || !Arrays.equals(now, bounds)) {
      INDArray vector = gradient.reshape(gradient.length());
      List<INDArray> fresh = new ArrayList<>();
      for (int i = 0; i < now.length; i += 2) {
        fresh.add(vector.get(NDArrayIndex.interval(now[i], now[i + 1])));
      }
      views = List.copyOf(fresh);
      bounds = now;
      whole = gradient;
    }
    return views;
  }

  /** What DL4J divides the gradient by, after the listeners have seen it. */
  static double divisor(Model model) {
    return model.conf().isMiniBatch() ? model.batchSize() : 1;
  }

  /** Every parameter that is trained, in the order of memory. */
  static List<Slot> slots(Model model) {
    List<Slot> slots = new ArrayList<>();
    long position = 0;
    if (model instanceof MultiLayerNetwork network) {
      for (int i = 0; i < network.getnLayers(); i++) {
        Layer layer = network.getLayer(i);
        position = add(slots, layer, layer, Integer.toString(i), position);
      }
    } else {
      ComputationGraph graph = graph(model);
      for (int i : graph.topologicalSortOrder()) {
        GraphVertex vertex = graph.getVertices()[i];
        if (vertex.numParams() > 0) {
          Layer layer = vertex.hasLayer() ? vertex.getLayer() : null;
          position = add(slots, vertex, layer, vertex.getVertexName(), position);
        }
      }
    }
    return slots;
  }

  private static long add(
      List<Slot> slots, Trainable trainable, Layer layer, String owner, long start) {
    Map<String, INDArray> parameters = trainable.paramTable(false);
    long position = start;
    if (parameters != null) {
      TrainingConfig config = trainable.getConfig();
      for (Map.Entry<String, INDArray> entry : parameters.entrySet()) {
        String key = entry.getKey();
        if (trainable.updaterDivideByMinibatch(key)
            && !(config.getUpdaterByParam(key) instanceof NoOp)
            && !config.isPretrainParam(key)) {
          slots.add(new Slot(layer, owner, key, entry.getValue(), position));
        }
        position += entry.getValue().length();
      }
    }
    return position;
  }

  /** Starts and ends of what lies side by side. */
  private static long[] bounds(List<Slot> slots) {
    long[] bounds = new long[2 * slots.size()];
    int count = 0;
    for (Slot slot : slots) {
      if (count > 0 && bounds[count - 1] == slot.from()) {
        bounds[count - 1] = slot.to();
      } else {
        bounds[count++] = slot.from();
        bounds[count++] = slot.to();
      }
    }
    return Arrays.copyOf(bounds, count);
  }

  private static INDArray whole(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getFlattenedGradients()
        : graph(model).getFlattenedGradients();
  }

  private static ComputationGraph graph(Model model) {
    if (model instanceof ComputationGraph graph) {
      return graph;
    }
    throw new IllegalArgumentException(
        "gradients are clipped in a MultiLayerNetwork or a ComputationGraph, not in a "
            + model.getClass().getName()
            + ": add the listener after layer-wise pretraining");
  }
}
