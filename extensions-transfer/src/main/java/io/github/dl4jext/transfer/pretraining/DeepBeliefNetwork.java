package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.spi.Checks;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjIntConsumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains restricted Boltzmann machines one above the other, each on the outputs of the one below,
 * as the first deep networks were pretrained.
 *
 * <pre>{@code
 * MultiLayerNetwork pretrained = DeepBeliefNetwork.of(
 *         RestrictedBoltzmannMachine.builder(784, 300).build(),
 *         RestrictedBoltzmannMachine.builder(300, 100).build())
 *     .pretrain(images, 10, (epoch, layer) -> System.out.println(layer + " " + epoch));
 * PretrainedLayers.copy(pretrained, classifier);
 * }</pre>
 *
 * <p>Each machine is trained on the hidden probabilities of the machines below it, not on samples.
 * The resulting network computes these probabilities with dense layers and sigmoids.
 *
 * <p><b>Shape and type.</b> Features are [examples, inputs], with values in [0, 1]; everything is
 * computed in float.
 *
 * @see <a href="https://www.cs.toronto.edu/~hinton/absps/fastnc.pdf">Hinton, Osindero, Teh
 *     (2006)</a>
 */
public final class DeepBeliefNetwork {

  private final List<RestrictedBoltzmannMachine> machines;

  private DeepBeliefNetwork(List<RestrictedBoltzmannMachine> machines) {
    this.machines = machines;
  }

  /**
   * Stacks machines.
   *
   * @param machines the machines, from the inputs upwards; each must have as many visible units as
   *     the one below has hidden units
   * @return the untrained machines as a stack
   * @throws IllegalArgumentException if there is no machine, or if their sizes do not match
   */
  public static DeepBeliefNetwork of(RestrictedBoltzmannMachine... machines) {
    Objects.requireNonNull(machines, "deep_belief_network: machines must be given, was null");
    Checks.of("deep_belief_network")
        .that(machines.length > 0, "machines", "at least one", List.of(machines))
        .done();
    for (int i = 1; i < machines.length; i++) {
      machines[i].requireWidth("machine " + (i - 1) + " gives", machines[i - 1].hidden());
    }
    return new DeepBeliefNetwork(List.of(machines));
  }

  /**
   * Trains the machines, one after the other, from the lowest to the topmost.
   *
   * @param data features in [0, 1], from an iterator that supports reset; labels are ignored
   * @param epochs passes through the data for each machine, at least 1
   * @param report is called after every epoch, with the number of the machine, from 0
   * @return a network of one dense layer for each machine, which computes its hidden probabilities
   * @throws IllegalArgumentException if {@code epochs} is below 1, or if the data is empty, does
   *     not have the lowest machine's number of inputs, or has a value outside [0, 1]
   * @throws IllegalStateException if weights are not finite after an epoch
   */
  public MultiLayerNetwork pretrain(
      DataSetIterator data, int epochs, ObjIntConsumer<RestrictedBoltzmannMachine.Epoch> report) {
    long inputs = FeatureBatches.inputs(data);
    machines.get(0).requireWidth("the data has", inputs);
    for (int i = 0; i < machines.size(); i++) {
      int machine = i;
      machines
          .get(i)
          .fit(
              new FeatureBatches(data, DataType.FLOAT, inputs, true),
              batch -> below(machine, batch),
              epochs,
              epoch -> report.accept(epoch, machine));
    }
    return toNetwork();
  }

  private INDArray below(int machine, INDArray batch) {
    INDArray codes = batch;
    for (RestrictedBoltzmannMachine lower : machines.subList(0, machine)) {
      codes = lower.hiddenProbabilities(codes);
    }
    return codes;
  }

  private MultiLayerNetwork toNetwork() {
    MultiLayerNetwork[] layers =
        machines.stream()
            .map(RestrictedBoltzmannMachine::toNetwork)
            .toArray(MultiLayerNetwork[]::new);
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (MultiLayerNetwork single : layers) {
      Layer layer = single.getLayer(0).conf().getLayer().clone();
      layer.setLayerName(null); // each was the first of its network
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    for (int i = 0; i < layers.length; i++) {
      network.getLayer(i).setParams(layers[i].getLayer(0).params());
    }
    return network;
  }
}
