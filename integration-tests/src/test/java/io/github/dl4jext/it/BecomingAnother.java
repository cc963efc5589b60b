package io.github.dl4jext.it;

import static io.github.dl4jext.testkit.fixtures.Trainings.batches;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.transfer.finetuning.LayerwiseRates;
import io.github.dl4jext.transfer.freezing.BatchNormPolicy;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The ways in which a network becomes another one, which carries on its training. */
enum BecomingAnother {
  CLONED_BY_DL4J(true, BecomingAnother::cloned),
  COPIED(true, model -> NetworkCopy.from(model).carryingOnTraining().build()),
  FROZEN_BY_DL4J(true, BecomingAnother::frozen),
  FROZEN(true, model -> Freezing.freeze(model, LayerSelector.named("first"))),
  FROZEN_AND_UNFROZEN(
      true, model -> Freezing.unfreeze(Freezing.freeze(model, LayerSelector.named("first")))),
  NORM_FROZEN_THAT_ADAPTS(
      true, model -> Freezing.freeze(model, LayerSelector.upTo("norm"), BatchNormPolicy.adapt())),
  NORM_FROZEN_AFTER_RECALIBRATION(
      true,
      model ->
          Freezing.freeze(
              model, LayerSelector.upTo("norm"), BatchNormPolicy.recalibrate(batches(0, 3)))),
  RATES_BY_LAYER(true, model -> LayerwiseRates.decay(0.5).copyWithRates(model)),
  GIVEN_A_NEW_HEAD(false, BecomingAnother::withNewHead);

  /** Whether the parameters are the same, by name and shape. */
  final boolean keepsParameters;

  private final UnaryOperator<Model> way;

  BecomingAnother(boolean keepsParameters, UnaryOperator<Model> way) {
    this.keepsParameters = keepsParameters;
    this.way = way;
  }

  /** What becomes of a network with the layers first, norm and last. */
  Model of(Model before) {
    return way.apply(before);
  }

  private static Model announced(Model before, Model now) {
    List<TrainingListener> listeners = Network.of(before).listeners();
    Network network = Network.of(now);
    network.setListeners(listeners);
    network.setProgress(Network.of(before).progress());
    network.sameTrainingAs(before);
    return now;
  }

  private static Model cloned(Model before) {
    return announced(
        before,
        before instanceof MultiLayerNetwork stack
            ? stack.clone()
            : ((ComputationGraph) before).clone());
  }

  private static Model frozen(Model before) {
    return announced(
        before,
        before instanceof MultiLayerNetwork stack
            ? new TransferLearning.Builder(stack).setFeatureExtractor(0).build()
            : new TransferLearning.GraphBuilder((ComputationGraph) before)
                .setFeatureExtractor("first")
                .build());
  }

  /** One more layer, and an output layer of another shape. */
  private static Model withNewHead(Model before) {
    DenseLayer extra =
        new DenseLayer.Builder().name("extra").nIn(4).nOut(5).activation(Activation.TANH).build();
    OutputLayer last =
        new OutputLayer.Builder(LossFunction.MCXENT)
            .name("last")
            .nIn(5)
            .nOut(2)
            .activation(Activation.SOFTMAX)
            .build();
    return announced(
        before,
        before instanceof MultiLayerNetwork stack
            ? new TransferLearning.Builder(stack)
                .fineTuneConfiguration(fineTuning())
                .removeOutputLayer()
                .addLayer(extra)
                .addLayer(last)
                .build()
            : new TransferLearning.GraphBuilder((ComputationGraph) before)
                .fineTuneConfiguration(fineTuning())
                .removeVertexAndConnections("last")
                .addLayer("extra", extra, "norm")
                .addLayer("last", last, "extra")
                .setOutputs("last")
                .build());
  }

  /** The new layers learn as the old ones do. */
  private static FineTuneConfiguration fineTuning() {
    return new FineTuneConfiguration.Builder().updater(new Adam(0.01)).build();
  }
}
