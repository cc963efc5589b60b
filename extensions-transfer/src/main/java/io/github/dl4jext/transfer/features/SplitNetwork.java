package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LayerGraph;
import io.github.dl4jext.network.LayerStack;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.gradient.Gradient;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Splits a network in two: the backbone, whose outputs for the same data are the same in every
 * epoch, and the head above it, as a separate network. Both are of a copy; the network that was
 * given is left alone, its stored inputs and masks included.
 *
 * @param <M> the type of the network
 */
abstract class SplitNetwork<M extends Model> {

  /** The copy, which carries on the training of the network that was given. */
  final M whole;

  /** The names of the nodes below the border, in order. */
  final Set<String> backbone;

  SplitNetwork(M given) {
    Network network = Network.of(given);
    backbone = FrozenBackbone.of(network);
    for (LiveNode node : network.nodes()) {
      if (backbone.contains(node.name())) {
        TbpttSegments.check(network.configuration().backpropType(), node);
      }
    }
    whole = NetworkCopy.from(given).carryingOnTraining().build();
  }

  @SuppressWarnings("unchecked") // the parts are of the type of the whole
  static <M extends Model> SplitNetwork<M> split(M network) {
    Network given = Network.of(network);
    return (SplitNetwork<M>)
        (given instanceof LayerStack stack
            ? new SplitLayers(stack.model())
            : new SplitGraph(((LayerGraph) given).model()));
  }

  /** The upper part as a network, which begins where the whole was. */
  abstract Network head();

  /** Finds the name that a node of the head has in the whole network. */
  abstract String nameInWhole(String nodeOfHead);

  /**
   * Computes a batch as the head gets it: what crosses the border, its masks, and labels as they
   * were. It is detached from all workspaces.
   */
  abstract MultiDataSet atBorder(MultiDataSet batch);

  /** Lets the whole network look as in a step of its own on a batch, which is at the border. */
  abstract void show(MultiDataSet batch, @Nullable Gradient gradient);

  /** Lets the whole network forget the batch that it was shown. */
  abstract void forget();

  /** Puts what the head's layers have put out into a list as the whole network has it. */
  abstract List<INDArray> inWhole(List<INDArray> activationsOfHead);

  /** Names what is at the border. */
  abstract String border();

  /** Begins a key with all of the network that determines what is at the border. */
  final FeatureKey key() {
    FeatureKey key = new FeatureKey();
    Network network = Network.of(whole);
    key.add(network.configuration().inputs() + " to " + border());
    for (LiveNode node : network.nodes()) {
      if (backbone.contains(node.name())) {
        key.add(node);
      }
    }
    return key;
  }
}
