package io.github.dl4jext.keras;

import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Collects what a layer must have that DL4J's import has left out, and puts it into the layer. */
final class LayerCorrection {

  @Nullable IActivation activation;
  @Nullable IActivation gates;
  @Nullable IWeightInit weightInit;
  @Nullable IWeightInit recurrentInit;
  @Nullable IDropout dropout;
  @Nullable Double biasInit;
  @Nullable CNN2DFormat format;
  @Nullable PoolingType pooling;
  @Nullable KerasNormalization normalization;
  List<Regularization> onWeights = List.of();
  List<Regularization> onBiases = List.of();
  final List<LayerConstraint> constraints = new ArrayList<>();

  /** Another layer in the place of DL4J's, before it is corrected. */
  @Nullable UnaryOperator<Layer> replacement;

  /** Puts it into the configuration of the layer. */
  void applyTo(Node node, NetworkConfiguration network) {
    UnaryOperator<Layer> other = replacement;
    if (other != null) {
      network.replaceLayer(node, other.apply(node.layer().orElseThrow()));
      String name = node.name();
      network.nodes().stream().filter(each -> each.name().equals(name)).forEach(this::correct);
    } else {
      correct(node);
    }
  }

  private void correct(Node node) {
    node.layer().ifPresent(this::correctOuter);
    node.wrappers().forEach(wrapper -> wrapper.setIDropout(null));
    node.learners().forEach(this::correct);
  }

  /** Gives a layer on top another activation, unless it is null. */
  static void activate(Node node, @Nullable IActivation activation) {
    if (activation == null) {
      return;
    }
    if (node.layer().orElse(null) instanceof ActivationLayer layer) {
      layer.setActivationFn(activation);
    }
    for (TrainingConfig learner : node.learners()) {
      if (learner instanceof BaseLayer layer) {
        layer.setActivationFn(activation);
      }
    }
  }

  /** DL4J's import gives each layer a dropout that keeps all, and fails in training. */
  private void correctOuter(Layer layer) {
    layer.setIDropout(layer instanceof BaseLayer ? dropout : null);
    if (layer instanceof ActivationLayer own && activation != null) {
      own.setActivationFn(activation);
    }
    if (layer instanceof SubsamplingLayer own && pooling != null) {
      own.setPoolingType(pooling);
    }
    if (layer instanceof Upsampling2D own && format != null) {
      own.setFormat(format);
    }
  }

  private void correct(TrainingConfig learner) {
    if (!(learner instanceof BaseLayer layer)) {
      return;
    }
    layer.setIDropout(dropout);
    if (activation != null) {
      layer.setActivationFn(activation);
    }
    if (weightInit != null) {
      layer.setWeightInitFn(weightInit);
    }
    if (biasInit != null) {
      layer.setBiasInit(biasInit);
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      recurrent.setWeightInitFnRecurrent(recurrentInit);
    }
    if (layer instanceof LSTM own && gates != null) {
      own.setGateActivationFn(gates);
    }
    if (layer instanceof BatchNormalization own && format != null) {
      own.setCnn2DFormat(format);
    }
    Learner.of(layer).weights().setRegularizations(onWeights);
    Learner.of(layer).biases().setRegularizations(onBiases);
    List<LayerConstraint> own = constraints.stream().map(LayerConstraint::clone).toList();
    layer.setConstraints(own.isEmpty() ? null : new ArrayList<>(own));
  }
}
