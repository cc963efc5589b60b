package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A network in training, of whichever of DL4J's two types. */
public sealed interface TrainedNetwork {

  /** Empty for what is no whole network, such as a layer that is pretrained alone. */
  public static Optional<TrainedNetwork> of(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return Optional.of(new OfLayers(network));
    }
    return model instanceof ComputationGraph graph
        ? Optional.of(new OfVertices(graph))
        : Optional.empty();
  }

  /** As above, where nothing else will do. */
  public static TrainedNetwork of(String plugin, Model model) {
    Objects.requireNonNull(model, plugin + ": model must not be null");
    return of(model)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    plugin
                        + ": model must be a MultiLayerNetwork or a ComputationGraph, was "
                        + model.getClass().getName()));
  }

  Model model();

  /** What has parameters, in the order in which these are laid out in the network's one array. */
  List<Part> parts();

  /** All gradients in one array, laid out as the parameters are. */
  INDArray gradients();

  /** All that the updaters remember in one array; null if they remember nothing. */
  INDArray updaterState();

  int iterations();

  int epochs();

  void count(int iterations, int epochs);

  /** The network's own collection. */
  Collection<TrainingListener> listeners();

  /** Does what {@code fit} would do at its end, and does not when a listener throws. */
  void leaveStep();

  default INDArray params() {
    return model().params();
  }

  /** Whether the gradients of a step are sums over its minibatch, which the updater divides. */
  default boolean sumsGradients() {
    return model().conf().isMiniBatch();
  }

  default List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    long from = 0;
    for (Part part : parts()) {
      for (var parameter : part.trainable().paramTable(false).entrySet()) {
        long to = from + parameter.getValue().length();
        slots.add(new Slot(part, parameter.getKey(), from, to));
        from = to;
      }
    }
    return slots;
  }

  /** A layer, or a vertex with parameters. */
  record Part(String name, Trainable trainable) {}

  /** Where one parameter lies in the network's one array. */
  record Slot(Part part, String parameter, long from, long to) {

    public INDArray of(INDArray all) {
      return all.reshape(all.length()).get(NDArrayIndex.interval(from, to));
    }

    /** False for batch normalization's running statistics, which travel among the gradients. */
    public boolean hasGradient() {
      return part.trainable().updaterDivideByMinibatch(parameter);
    }
  }

  /** Layer by layer. */
  record OfLayers(MultiLayerNetwork model) implements TrainedNetwork {

    @Override
    public List<Part> parts() {
      List<Part> parts = new ArrayList<>();
      for (Layer layer : model.getLayers()) {
        if (layer.numParams() > 0) {
          String name = layer.getConfig().getLayerName();
          parts.add(new Part(name == null ? "layer" + parts.size() : name, layer));
        }
      }
      return parts;
    }

    @Override
    public INDArray gradients() {
      return model.getFlattenedGradients();
    }

    @Override
    public INDArray updaterState() {
      return model.getUpdater().getStateViewArray();
    }

    @Override
    public int iterations() {
      return model.getIterationCount();
    }

    @Override
    public int epochs() {
      return model.getEpochCount();
    }

    @Override
    public void count(int iterations, int epochs) {
      model.setIterationCount(iterations);
      model.setEpochCount(epochs);
    }

    @Override
    public Collection<TrainingListener> listeners() {
      return model.getListeners();
    }

    @Override
    public void leaveStep() {
      if (model.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT) {
        model.rnnClearPreviousState();
      }
      model.clearLayerMaskArrays();
      model.clearLayersStates();
    }
  }

  /** Vertex by vertex. */
  record OfVertices(ComputationGraph model) implements TrainedNetwork {

    @Override
    public List<Part> parts() {
      GraphVertex[] vertices = model.getVertices();
      return Arrays.stream(model.topologicalSortOrder())
          .mapToObj(index -> vertices[index])
          .filter(vertex -> vertex.numParams() > 0)
          .map(vertex -> new Part(vertex.getVertexName(), vertex))
          .toList();
    }

    @Override
    public INDArray gradients() {
      return model.getFlattenedGradients();
    }

    @Override
    public INDArray updaterState() {
      return model.getUpdater().getStateViewArray();
    }

    @Override
    public int iterations() {
      return model.getIterationCount();
    }

    @Override
    public int epochs() {
      return model.getEpochCount();
    }

    @Override
    public void count(int iterations, int epochs) {
      model.getConfiguration().setIterationCount(iterations);
      model.getConfiguration().setEpochCount(epochs);
    }

    @Override
    public Collection<TrainingListener> listeners() {
      return model.getListeners();
    }

    @Override
    public void leaveStep() {
      if (model.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT) {
        model.rnnClearPreviousState();
      }
      model.clearLayerMaskArrays();
      model.clearLayersStates();
    }
  }
}
