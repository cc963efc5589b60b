package io.github.dl4jext.transfer.surgery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Where changing the layers of a network goes wrong in DL4J 1.0.0-M2.1, and ours does not. */
class Dl4jSurgeryDefectsTest {

  private static final int INPUTS = 4;
  private static final int HIDDEN = 5;
  private static final int OUTPUTS = 2;
  private static final double RATE = 0.1;
  private static final AdamW OLD = new AdamW(RATE, 0.5);
  private static final AdamW NEW = new AdamW(RATE, 0.9);

  private static OutputLayer head() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(HIDDEN)
        .nOut(OUTPUTS)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork pretrained() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            OLD.configure(
                Trained.builder()
                    .l2(0)
                    .list()
                    .layer(new DenseLayer.Builder().nOut(HIDDEN).build())
                    .layer(head())
                    .setInputType(InputType.feedForward(INPUTS))
                    .build()));
    net.init();
    return net;
  }

  /** What is left of the weights of both layers after a step in which every gradient is 0. */
  private static double[] leftAfterStep(MultiLayerNetwork net) {
    INDArray kept = net.getParam("0_W").dup();
    INDArray head = net.getParam("1_W").dup();
    net.fit(
        new DataSet(
            Nd4j.zeros(DataType.DOUBLE, 1, INPUTS), Nd4j.zeros(DataType.DOUBLE, 1, OUTPUTS)));
    return new double[] {left(kept, net.getParam("0_W")), left(head, net.getParam("1_W"))};
  }

  private static double left(INDArray before, INDArray after) {
    return after.norm2Number().doubleValue() / before.norm2Number().doubleValue();
  }

  @Test
  void theDecayOfAdamWIsNotTakenOver() {
    MultiLayerNetwork theirs =
        new TransferLearning.Builder(pretrained())
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(NEW.updater()).seed(1).build())
            .removeOutputLayer()
            .addLayer(head())
            .build();
    assertThat(leftAfterStep(theirs))
        .as("the old decay in the kept layer, none in the new one")
        .containsExactly(new double[] {1 - RATE * 0.5, 1}, within(1e-12));

    MultiLayerNetwork ours =
        Freezing.unfreeze(
            new TransferBuilder(pretrained()).dropLast(1).add(head()).optimizer(NEW).build());
    assertThat(leftAfterStep(ours))
        .containsExactly(new double[] {1 - RATE * 0.9, 1 - RATE * 0.9}, within(1e-12));
  }
}
