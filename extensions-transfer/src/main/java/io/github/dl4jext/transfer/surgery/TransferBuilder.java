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
 * <p><b>Kept layers</b> have copies of their parameters and, unless told otherwise, of their
 * updater's state; the pretrained network is not touched and shares no memory with the new one.
 * Iteration and epoch begin at 0. It is a new training, and has no listeners; for those that are to
 * carry on anyway there is {@link Network#sameTrainingAs}.
 *
 * <p><b>New layers</b> get their number of inputs, and what must come between images or sequences
 * and rows, from what is below; an {@code nIn} that does not fit is refused. Those that state no
 * initialiser get the one that goes with their activation, by {@link WeightInitAdvice}.
 *
 * <p><b>Imported from Keras</b> or restored by {@code ModelGuesser}: they are live networks, and go
 * into the constructor. A graph has {@link GraphTransferBuilder}.
 */
public final class TransferBuilder extends TransferOptions<TransferBuilder> {

  private final Network network;
  private final MultiLayerNetwork pretrained;
  private int kept;
  private final List<Layer> added = new ArrayList<>();
  private @Nullable InputType inputType;
  private @Nullable ILossFunction loss;

  /**
   * Begins with a network, and keeps all of it.
   *
   * @param pretrained the network, which is not changed
   * @throws IllegalArgumentException if it is null or not initialised
   */
  public TransferBuilder(MultiLayerNetwork pretrained) {
    this.network = Network.of(pretrained);
    this.pretrained = pretrained;
    this.kept = pretrained.getnLayers();
  }

  /**
   * Reads a network from a file of {@code ModelSerializer}, and begins with all of it.
   *
   * @param file the file
   * @return the builder
   * @throws IllegalArgumentException if there is no such file
   */
  public static TransferBuilder fromFile(File file) {
    return new TransferBuilder(read(file, ModelSerializer::restoreMultiLayerNetwork));
  }

  @Override
  TransferBuilder self() {
    return this;
  }

  /**
   * Takes layers away from the top.
   *
   * @param count how many of the pretrained network's layers, those without parameters counted too
   * @return this
   * @throws IllegalArgumentException if nothing would be left
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
   * Takes away all layers above one, which is kept.
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
   * @param layer the layer, which is copied; without a name it is named by its position
   * @return this
   */
  public TransferBuilder add(Layer layer) {
    added.add(Objects.requireNonNull(layer, "the layer must not be null"));
    return this;
  }

  /**
   * Says what the network gets, where the shapes cannot be told from its layers.
   *
   * @param type such as {@code InputType.convolutional(28, 28, 1)}
   * @return this
   */
  public TransferBuilder inputType(InputType type) {
    Objects.requireNonNull(type, "transfer: type must be given, was null");
    inputType = type;
    return this;
  }

  /**
   * Gives the layer that is kept on top a loss, with its weights, its activation and the updater's
   * state kept: a {@code DenseLayer} becomes an output layer, an {@code ActivationLayer} a loss
   * layer, and a layer with a loss gets this one. Networks imported from Keras without their
   * training configuration need it to be trained. The topmost layer with weights then learns, and
   * the others are frozen, unless {@link #freeze} says otherwise.
   *
   * @param function such as {@code new LossMCXENT()}
   * @return this
   */
  public TransferBuilder withLoss(ILossFunction function) {
    loss = Objects.requireNonNull(function, "the loss must not be null");
    return this;
  }

  /** Gives the layer that is kept on top a loss, as {@link #withLoss(ILossFunction)} does. */
  public TransferBuilder withLoss(LossFunction function) {
    Objects.requireNonNull(function, "the loss must not be null");
    return withLoss(function.getILossFunction());
  }

  /**
   * Builds the network.
   *
   * @return a new network, initialised
   * @throws IllegalArgumentException if a new layer does not fit what is below it, or the layer on
   *     top cannot have the loss
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

  /** Gives the index of the topmost layer with weights. */
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

  /** The indices of new layers whose initialiser is open. */
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
