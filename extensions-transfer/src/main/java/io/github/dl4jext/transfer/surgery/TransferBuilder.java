package io.github.dl4jext.transfer.surgery;

import io.github.dl4jext.activations.initializers.WeightInitAdvice;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.spi.ConfigurationReading;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Builds a network for a new task on top of one that is trained: removes its head, adds new layers,
 * and freezes the layers that are kept.
 *
 * <pre>{@code
 * MultiLayerNetwork net =
 *     new TransferBuilder(pretrained)
 *         .dropLast(1)
 *         .add(new DenseLayer.Builder().nOut(100).activation(new Mish()).build())
 *         .add(new OutputLayer.Builder(LossFunction.MCXENT).nOut(5).activation(SOFTMAX).build())
 *         .optimizer(new AdamW(1e-3, 0.01))
 *         .build();
 * }</pre>
 *
 * <p><b>Kept layers</b> have copies of their parameters and, unless {@link #forgetState} is called,
 * of their updater's state; the pretrained network is not changed and shares no memory with the new
 * one. Iteration and epoch begin at 0, unless {@link #keepCounters} is called. The training is a
 * new one, so the network has no listeners; {@link Network#sameTrainingAs} makes listeners of the
 * old training continue anyway.
 *
 * <p><b>New layers</b> get their number of inputs, and the preprocessor that they need, from the
 * shape that the layer below gives; an {@code nIn} that does not fit is refused. Layers that state
 * no initialiser get the one that {@link WeightInitAdvice} recommends for their activation.
 *
 * <p><b>Networks imported from Keras</b> or restored by {@code ModelGuesser} are live networks:
 * give them to the constructor. For a graph, use {@link GraphTransferBuilder}.
 */
public final class TransferBuilder extends TransferOptions<TransferBuilder> {

  private final Network network;
  private final MultiLayerNetwork pretrained;
  private int kept;
  private final List<Layer> added = new ArrayList<>();
  private @Nullable InputType inputType;
  private @Nullable ILossFunction loss;

  /**
   * Begins a new network that keeps all of a trained one.
   *
   * @param pretrained the trained network; not changed
   * @throws IllegalArgumentException if it is null or not initialised
   */
  public TransferBuilder(MultiLayerNetwork pretrained) {
    this.network = Network.of(pretrained);
    this.pretrained = pretrained;
    this.kept = pretrained.getnLayers();
  }

  /**
   * Reads a network from a file of {@code ModelSerializer}, and begins a new network that keeps all
   * of it.
   *
   * @param file the file
   * @return the builder
   * @throws IllegalArgumentException if there is no such file
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static TransferBuilder fromFile(File file) {
    return new TransferBuilder(read(file, ModelSerializer::restoreMultiLayerNetwork));
  }

  @Override
  TransferBuilder self() {
    return this;
  }

  /**
   * Removes layers from the top.
   *
   * @param count how many of the pretrained network's layers, including those without parameters;
   *     from 0 to one less than all
   * @return this
   * @throws IllegalArgumentException if {@code count} is out of range
   */
  public TransferBuilder dropLast(int count) {
    int all = pretrained.getnLayers();
    if (!(count >= 0 && count < all)) {
      throw new IllegalArgumentException(
          "count must be in [0, "
              + (all - 1)
              + "] for a network of "
              + all
              + " layers, was "
              + count);
    }
    kept = all - count;
    return this;
  }

  /**
   * Removes all layers above the named one, which is kept.
   *
   * @param name the layer's name, or its index as text
   * @return this
   * @throws IllegalArgumentException if there is no such layer
   */
  public TransferBuilder keepUpTo(String name) {
    Objects.requireNonNull(name, "transfer: name must be given, was null");
    kept = network.node(name).index() + 1;
    return this;
  }

  /**
   * Adds a layer on top.
   *
   * @param layer the layer, which is copied; if it has no name, it is named by its position
   * @return this
   */
  public TransferBuilder add(Layer layer) {
    added.add(Objects.requireNonNull(layer, "the layer must not be null"));
    return this;
  }

  /**
   * Gives the type of the network's input, which is necessary if shapes cannot be derived from its
   * layers.
   *
   * @param type the type, such as {@code InputType.convolutional(28, 28, 1)}
   * @return this
   */
  public TransferBuilder inputType(InputType type) {
    Objects.requireNonNull(type, "transfer: type must be given, was null");
    inputType = type;
    return this;
  }

  /**
   * Gives the topmost kept layer a loss, and keeps its weights, its activation and the updater's
   * state: a {@code DenseLayer} becomes an output layer, an {@code ActivationLayer} becomes a loss
   * layer, and a layer with a loss gets this one instead. A network that was imported from Keras
   * without its training configuration needs a loss before it can be trained. Unless {@link
   * #freeze} is called, the topmost layer with parameters learns, and the layers below it are
   * frozen. No layers may be added in the same build.
   *
   * @param function the loss, such as {@code new LossMCXENT()}
   * @return this
   */
  public TransferBuilder withLoss(ILossFunction function) {
    loss = Objects.requireNonNull(function, "the loss must not be null");
    return this;
  }

  /**
   * Gives the topmost kept layer a loss, as {@link #withLoss(ILossFunction)} does.
   *
   * @param function the loss
   * @return this
   */
  public TransferBuilder withLoss(LossFunction function) {
    Objects.requireNonNull(function, "the loss must not be null");
    return withLoss(function.getILossFunction());
  }

  /**
   * Builds the network.
   *
   * @return a new network, initialised
   * @throws IllegalArgumentException if a new layer does not fit the layer below it, if the shape
   *     there cannot be derived, if the topmost layer cannot have the loss, or if both a loss and
   *     new layers are given
   */
  public MultiLayerNetwork build() {
    MultiLayerConfiguration conf =
        ConfigurationReading.copyOf(TransferCopy.unfrozen(pretrained).getLayerWiseConfigurations());
    List<NeuralNetConfiguration> confs = new ArrayList<>(conf.getConfs().subList(0, kept));
    Map<Integer, InputPreProcessor> between = new HashMap<>();
    if (conf.getInputPreProcessors() != null) {
      conf.getInputPreProcessors()
          .forEach((layer, processor) -> between.put(layer, layer < kept ? processor : null));
    }
    between.values().removeIf(Objects::isNull);
    Set<Integer> open = add(conf, confs, between);
    int learning = loss == null ? kept : putLoss(loss, conf, confs, between);
    conf.setConfs(confs);
    conf.setInputPreProcessors(between);
    TransferCopy.begin(NetworkConfiguration.of(conf), confs, network, this);
    for (WeightInitAdvice advice : WeightInitAdvice.check(conf)) {
      if (open.contains(advice.index())) {
        ((BaseLayer) ShapedLayer.inner(confs.get(advice.index()).getLayer()))
            .setWeightInitFn(Plugins.installed().create(IWeightInit.class, advice.suggestion()));
      }
    }
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    TransferCopy.carry(network, Network.of(net), node -> node.index() < kept, this);
    return Freezing.freeze(net, frozen(LayerSelector.where(layer -> layer.index() < learning)));
  }

  /** Puts the loss on the topmost layer; returns the index of the topmost layer with parameters. */
  private int putLoss(
      ILossFunction function,
      MultiLayerConfiguration conf,
      List<NeuralNetConfiguration> confs,
      Map<Integer, InputPreProcessor> between) {
    if (!added.isEmpty()) {
      throw new IllegalArgumentException(
          "withLoss is for the layer that is kept on top; a layer that is added states its own");
    }
    int top = kept - 1;
    NeuralNetConfiguration on = confs.get(top);
    LossOnTop changed =
        LossOnTop.on(
            on, between.get(top), () -> typeAtTop(conf), function, nameOf(on.getLayer(), top));
    if (changed.preProcessor() == null) {
      between.remove(top);
    }
    int learning = top;
    while (learning > 0 && network.nodes().get(learning).parameterCount() == 0) {
      learning--;
    }
    return learning;
  }

  /** Adds the new layers; returns the indices of those that state no initialiser. */
  private Set<Integer> add(
      MultiLayerConfiguration conf,
      List<NeuralNetConfiguration> confs,
      Map<Integer, InputPreProcessor> between) {
    Set<Integer> open = new LinkedHashSet<>();
    if (added.isEmpty()) {
      return open;
    }
    NeuralNetConfiguration.Builder base =
        TransferCopy.base(conf.getConf(kept - 1), conf.getDataType(), lastUpdater(conf), this);
    InputType type = typeAtTop(conf);
    String below = nameOf(conf.getConf(kept - 1).getLayer(), kept - 1);
    for (Layer layer : added) {
      int index = confs.size();
      String name = nameOf(layer, index);
      ShapedLayer fitted = ShapedLayer.of(base, layer, name, type, below);
      confs.add(fitted.conf());
      if (fitted.preProcessor() != null) {
        between.put(index, fitted.preProcessor());
      }
      if (fitted.wantsInit()) {
        open.add(index);
      }
      type = fitted.output();
      below = name;
    }
    return open;
  }

  private static String nameOf(Layer layer, int index) {
    return layer.getLayerName() == null ? "layer" + index : layer.getLayerName();
  }

  private @Nullable IUpdater lastUpdater(MultiLayerConfiguration conf) {
    for (int i = kept - 1; i >= 0; i--) {
      if (ShapedLayer.inner(conf.getConf(i).getLayer()) instanceof BaseLayer layer
          && layer.getIUpdater() != null) {
        return layer.getIUpdater();
      }
    }
    return null;
  }

  private InputType typeAtTop(MultiLayerConfiguration conf) {
    InputType type = inputType;
    for (int i = 0; i < kept; i++) {
      type =
          LayerShapes.above(conf.getConf(i).getLayer(), conf.getInputPreProcess(i), type)
              .orElse(null);
    }
    if (type == null && kept < conf.getConfs().size()) {
      type =
          LayerShapes.below(conf.getConf(kept).getLayer(), conf.getInputPreProcess(kept))
              .orElse(null);
    }
    if (type == null && !added.isEmpty()) {
      List<Layer> below = new ArrayList<>();
      for (int i = kept - 1; i >= 0; i--) {
        below.add(conf.getConf(i).getLayer());
      }
      type = LayerShapes.stated(added.get(0), below).orElse(null);
    }
    if (type == null) {
      throw LayerShapes.unknown(
          nameOf(conf.getConf(kept - 1).getLayer(), kept - 1), "inputType(...)");
    }
    return type;
  }
}
