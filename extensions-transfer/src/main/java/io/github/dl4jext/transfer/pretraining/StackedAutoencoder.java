package io.github.dl4jext.transfer.pretraining;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Trains layers without labels: each learns to reconstruct its inputs. The trained layers then
 * become the lower layers of a classifier that has only few labelled examples to learn from.
 *
 * <pre>{@code
 * PretrainedStack stack = StackedAutoencoder.builder(
 *         new DenseLayer.Builder().nOut(300).activation(Activation.RELU).build(),
 *         new DenseLayer.Builder().nOut(100).activation(Activation.RELU).build())
 *     .corruption(new MaskingNoise(0.3))
 *     .epochs(10)
 *     .build()
 *     .pretrain(unlabelled);
 * stack.copyInto(classifier);
 * }</pre>
 *
 * <p>With {@code h = f(W x + b)} and {@code x' = V h + c}, training minimises the mean of {@code (x
 * - x')^2}; the {@code x} that is encoded may be corrupted. If {@code greedy}, the layers are
 * trained one by one, and each learns to reconstruct the outputs of the trained layers below.
 * Otherwise all layers are trained at once, together with a decoder that mirrors them.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>layers</td><td>dense</td><td>required</td><td>the layers, with outputs and activation
 *   </td></tr>
 * <tr><td>corruption</td><td>any</td><td>none</td><td>which inputs the network sees, and which it
 * must reconstruct</td></tr>
 * <tr><td>updater</td><td>any</td><td>Adam, rate 0.001</td><td>the updater of every layer that has
 * none of its own</td></tr>
 * <tr><td>epochs</td><td>[1, inf)</td><td>10</td><td>passes through the data, for each layer if
 *   greedy</td></tr>
 * <tr><td>greedy</td><td>true, false</td><td>true</td><td>layer by layer, or all at once</td></tr>
 * <tr><td>binary</td><td>true, false</td><td>false</td><td>inputs are in [0, 1]: the last decoder
 *   has a sigmoid and cross-entropy</td></tr>
 * <tr><td>type</td><td>float, double</td><td>float</td><td>type of all numbers</td></tr>
 * <tr><td>seed</td><td>any</td><td>42</td><td>the seed of weights and corruption: the same seed and
 * data give the same weights, bit for bit</td></tr>
 * </table>
 *
 * <p><b>Shape and type.</b> Features are [examples, inputs]; labels are ignored. Listeners are
 * added to every network that is trained; a progress bar thus shows one layer after the other.
 *
 * <p><b>Edges.</b> A NaN or an infinity in the data is refused, and the message gives the number of
 * the batch. If weights are not finite after training, an exception names the layer. DL4J sets its
 * global random seed whenever a network is made, and therefore so does this class.
 *
 * <p><b>Check.</b> Without activation and corruption, codes of width k span the first k principal
 * components, and the error falls to that of PCA.
 *
 * <p><b>Departs from DL4J.</b> DL4J's {@code pretrain} on its {@code AutoEncoder} increases the
 * loss, because its gradient has the wrong sign, and throws at the second layer. The weights of
 * encoder and decoder are not tied here.
 *
 * @see <a href="https://www.jmlr.org/papers/v11/vincent10a.html">Vincent et al. (2010)</a>
 */
public final class StackedAutoencoder {

  static final String NAME = "stacked_autoencoder";

  private final List<DenseLayer> layers;
  private final Corruption corruption;
  private final IUpdater updater;
  private final int epochs;
  private final boolean greedy;
  private final boolean binary;
  private final DataType type;
  private final long seed;
  private final TrainingListener[] listeners;

  StackedAutoencoder(StackedAutoencoderBuilder from) {
    layers = from.layers;
    corruption = from.corruption;
    updater = from.updater.clone();
    epochs = from.epochs;
    greedy = from.greedy;
    binary = from.binary;
    type = from.type;
    seed = from.seed;
    listeners = from.listeners.clone();
  }

  /**
   * Begins an autoencoder with its layers.
   *
   * @param layers the layers of the encoder, from the inputs upwards; each states its number of
   *     outputs and its activation
   * @return the builder, which takes the other settings
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no layer
   */
  public static StackedAutoencoderBuilder builder(DenseLayer... layers) {
    Objects.requireNonNull(layers, "stacked_autoencoder: layers must be given, was null");
    return new StackedAutoencoderBuilder(List.of(layers));
  }

  /**
   * Trains the layers. If a listener or the data throws, nothing is returned, and the training so
   * far is lost.
   *
   * @param data features, from an iterator that supports reset; read {@code epochs} times, for each
   *     layer if greedy
   * @return the trained layers
   * @throws IllegalArgumentException if the data is empty, is not flat or not finite, or, with
   *     {@code binary}, has a value outside [0, 1]
   * @throws IllegalStateException if the weights of a layer are not finite after its training
   */
  public PretrainedStack pretrain(DataSetIterator data) {
    long inputs = FeatureBatches.inputs(data);
    AutoencoderParts parts = new AutoencoderParts(layers, inputs, greedy, binary);
    MultiLayerNetwork encoder = network(parts.encoders());
    MultiLayerNetwork whole = network(parts.all());
    if (greedy) {
      for (int i = 0; i < layers.size(); i++) {
        trainPair(network(parts.pair(i)), i, encoder, whole, batches(data, inputs));
      }
    } else {
      train(whole, batches(data, inputs), x -> x, 0, "the stack");
    }
    for (int i = 0; i < layers.size(); i++) {
      assign(whole.getLayer(i).paramTable(), encoder.getLayer(i).paramTable());
    }
    whole.setListeners(List.of());
    return new PretrainedStack(encoder, whole);
  }

  private void trainPair(
      MultiLayerNetwork pair,
      int index,
      MultiLayerNetwork encoder,
      MultiLayerNetwork whole,
      FeatureBatches data) {
    UnaryOperator<INDArray> below =
        index == 0 ? x -> x : x -> encoder.feedForwardToLayer(index - 1, x, false).get(index);
    train(pair, data, below, index, "layer " + index);
    assign(pair.getLayer(0).paramTable(), encoder.getLayer(index).paramTable());
    assign(pair.getLayer(0).paramTable(), whole.getLayer(index).paramTable());
    assign(
        pair.getLayer(1).paramTable(), whole.getLayer(whole.getnLayers() - 1 - index).paramTable());
  }

  private void train(
      MultiLayerNetwork network,
      FeatureBatches data,
      UnaryOperator<INDArray> below,
      int index,
      String what) {
    network.setListeners(listeners);
    DenoisingIterator tasks = new DenoisingIterator(data, below, corruption, seed + index);
    network.fit(tasks, epochs);
    if (!Double.isFinite(network.params().sumNumber().doubleValue())) {
      throw new IllegalStateException(
          "the weights of " + what + " are not finite: lower the rate, or scale the inputs");
    }
  }

  private FeatureBatches batches(DataSetIterator data, long inputs) {
    return new FeatureBatches(data, type, inputs, binary);
  }

  private MultiLayerNetwork network(List<? extends Layer> stack) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .updater(updater.clone())
            .list();
    stack.forEach(layer -> list.layer(layer.clone()));
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  private static void assign(Map<String, INDArray> from, Map<String, INDArray> into) {
    into.forEach((key, value) -> value.assign(from.get(key)));
  }
}
