package io.github.dl4jext.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Gives DL4J's two types of network one interface. It is a view without a memory of its own: each
 * call shows the network as it is at that moment, and the view may be made anew at each step.
 *
 * <pre>{@code
 * Network network = Network.of(model);
 * for (LiveNode node : network.nodes()) {
 *   System.out.println(node + " has " + node.parameterCount() + " parameters");
 * }
 * }</pre>
 */
public sealed interface Network permits LayerStack, LayerGraph {

  /**
   * Views a network.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return a view of it
   * @throws IllegalArgumentException if it is null, another model, or not initialised
   */
  static Network of(Model model) {
    return find(model)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the network must be a MultiLayerNetwork or a ComputationGraph, was "
                        + (model == null ? "null" : "a " + model.getClass().getName())));
  }

  /**
   * Views a model that may not be a network: DL4J also calls listeners with single layers, which
   * are pretrained alone.
   *
   * @param model the model that is trained, or null
   * @return a view; empty if it is neither a {@code MultiLayerNetwork} nor a {@code
   *     ComputationGraph}
   * @throws IllegalArgumentException if it is a network that is not initialised
   */
  static Optional<Network> find(@Nullable Model model) {
    if (model instanceof MultiLayerNetwork stack) {
      requireInitialised(stack.isInitCalled() && stack.getLayers() != null);
      return Optional.of(new LayerStack(stack));
    }
    if (model instanceof ComputationGraph graph) {
      requireInitialised(graph.getVertices() != null);
      return Optional.of(new LayerGraph(graph));
    }
    return Optional.empty();
  }

  private static void requireInitialised(boolean initialised) {
    if (!initialised) {
      throw new IllegalArgumentException("the network is not initialised; call init() first");
    }
  }

  /**
   * The network itself.
   *
   * @return DL4J's object
   */
  Model model();

  /**
   * Applies the function for the network's type, for what this interface does not offer.
   *
   * @param stack is applied to a {@code MultiLayerNetwork}
   * @param graph is applied to a {@code ComputationGraph}
   * @param <R> the type of the result
   * @return the result
   */
  <R> R byType(
      Function<? super MultiLayerNetwork, ? extends R> stack,
      Function<? super ComputationGraph, ? extends R> graph);

  /**
   * The network's configuration.
   *
   * @return a view of it
   */
  NetworkConfiguration configuration();

  /**
   * Lists the layers and vertices, as they are now.
   *
   * @return all nodes in topological order, which is that of their parameters in memory; the inputs
   *     of the network are not nodes
   */
  List<LiveNode> nodes();

  /**
   * Finds a layer or vertex by its name.
   *
   * @param name the name, see {@link Node#name()}
   * @return the node
   * @throws IllegalArgumentException if there is none; the message lists the nodes that there are
   */
  default LiveNode node(String name) {
    return LayerSelector.named(name).in(nodes()).get(0);
  }

  /**
   * Lists all parameters.
   *
   * @return the parameters in the order of memory
   */
  default List<ParameterSlot> slots() {
    return nodes().stream().flatMap(node -> node.slots().stream()).toList();
  }

  /**
   * Counts the parameters that supervised training changes: not those that are frozen, and not the
   * running statistics of batch normalization, which DL4J counts among the parameters.
   *
   * @return the number of elements
   */
  default long trainableCount() {
    return nodes().stream().mapToLong(LiveNode::trainableCount).sum();
  }

  /**
   * Describes how the parameters are laid out, in a form that may outlive the network.
   *
   * @return names, shapes and places
   */
  default ParameterLayout layout() {
    return ParameterLayout.of(this);
  }

  /**
   * All parameters in one array.
   *
   * @return the network's own array; null or empty if it has none
   */
  default INDArray parameters() {
    return model().params();
  }

  /**
   * All gradients in one array, laid out as the parameters are.
   *
   * @return the network's own array
   */
  INDArray gradients();

  /**
   * The number by which a step's gradients, which are sums over the minibatch, are divided after
   * the listeners have seen them.
   *
   * @return the size of the minibatch; 1 if the network takes them as they are
   */
  default int gradientDivisor() {
    return sumsGradients() ? model().batchSize() : 1;
  }

  /**
   * Whether the gradients of a step are sums over its minibatch, which the updater divides.
   *
   * @return what {@code miniBatch} says in the configuration
   */
  default boolean sumsGradients() {
    return model().conf().isMiniBatch();
  }

  /**
   * The updater of the network, if it has one; this call does not make one.
   *
   * @return the updater; empty before the first step
   */
  Optional<BaseMultiLayerUpdater<?>> updater();

  /**
   * Gives the network another updater.
   *
   * @param updater an updater that was made for this network; null to let DL4J make one at the next
   *     step, with an empty state
   */
  void setUpdater(@Nullable BaseMultiLayerUpdater<?> updater);

  /**
   * Makes an updater for the network, without giving it to the network.
   *
   * @return a new updater, with an empty state and blocks as in a restored network
   */
  BaseMultiLayerUpdater<?> newUpdater();

  /**
   * The whole state of the updater in one array, laid out block by block. To carry state to another
   * network, use {@link UpdaterState}.
   *
   * @return the network's own array; empty if the updater has no state, or if there is no updater
   */
  default Optional<INDArray> updaterStateView() {
    return updater().map(BaseMultiLayerUpdater::getStateViewArray);
  }

  /**
   * Counts the steps and epochs that were trained.
   *
   * @return both
   */
  default TrainingProgress progress() {
    return configuration().progress();
  }

  /**
   * Sets how many steps and epochs were trained.
   *
   * @param progress both
   */
  default void setProgress(TrainingProgress progress) {
    configuration().setProgress(progress);
  }

  /**
   * The listeners of the network.
   *
   * @return a copy of the network's list
   */
  List<TrainingListener> listeners();

  /**
   * Gives the network other listeners. DL4J empties the list that it is given if that is the
   * network's own; this method gives it a copy. A graph that DL4J's {@code clone()} made shares its
   * list with its original, so that the listeners of both are set; {@link NetworkCopy} makes one
   * that does not.
   *
   * @param listeners the listeners
   */
  void setListeners(Collection<? extends TrainingListener> listeners);

  /**
   * Notifies this network's listeners that it continues the training of another network, as a copy
   * with other layers frozen does. Each {@link TrainingFollower} among them carries over its
   * memory.
   *
   * @param before the network that was trained until now
   */
  default void sameTrainingAs(Model before) {
    Network old = of(before);
    for (TrainingListener listener : listeners()) {
      if (listener instanceof TrainingFollower follower) {
        follower.follow(old, this);
      }
    }
  }

  /**
   * Trains one step.
   *
   * @param batch a minibatch, with its masks
   */
  void fit(DataSet batch);

  /**
   * Trains one step.
   *
   * @param batch a minibatch, with its masks
   */
  void fit(MultiDataSet batch);

  /**
   * Trains an epoch: listeners are notified of its start and end, and it is counted. If a listener
   * or the data throw an exception, the network is as after its last step, and the epoch is not
   * counted.
   *
   * @param data the minibatches, with their masks; they are reset first, if that is possible
   */
  default void fitEpoch(DataSetIterator data) {
    Epoch.train(this, data);
  }

  /**
   * Trains an epoch: listeners are notified of its start and end, and it is counted. If a listener
   * or the data throw an exception, the network is as after its last step, and the epoch is not
   * counted.
   *
   * @param data the minibatches, with their masks; they are reset first, if that is possible
   */
  default void fitEpoch(MultiDataSetIterator data) {
    Epoch.train(this, data);
  }

  /**
   * The minibatch of the current step. It is for {@code onBackwardPass} of listeners, since in
   * other events of a step a graph has no labels.
   *
   * @return the network's own arrays and masks; the mask of a stack's features only if its first
   *     layer keeps it; empty if the minibatch is not known
   */
  Optional<MultiDataSet> minibatch();

  /**
   * Does what DL4J's {@code fit} does at its end, but omits when a listener throws an exception.
   */
  default void leaveStep() {
    if (configuration().backpropType() == BackpropType.TruncatedBPTT) {
      clearRecurrentState();
    }
    clearStep();
  }

  /** Clears the state that recurrent layers keep from earlier steps. */
  void clearRecurrentState();

  /** Clears masks, inputs and whatever else layers keep of a step. */
  void clearStep();

  /**
   * Computes the outputs.
   *
   * @param training whether as in training, with dropout for instance
   * @param inputs one array for each input
   * @param masks masks of the inputs, or null; each may be null
   * @return one array for each output
   */
  INDArray[] output(boolean training, INDArray[] inputs, @Nullable INDArray @Nullable [] masks);

  /**
   * Computes the output of each layer and vertex.
   *
   * @param training whether as in training, with dropout for instance
   * @param inputs one array for each input
   * @param inputMasks masks of the inputs, or null; each may be null
   * @param labelMasks masks of the labels, or null; each may be null
   * @return the values by name of the node
   */
  Map<String, INDArray> activations(
      boolean training,
      INDArray[] inputs,
      @Nullable INDArray @Nullable [] inputMasks,
      @Nullable INDArray @Nullable [] labelMasks);

  /**
   * Computes the loss on a minibatch, with L1 and L2.
   *
   * @param batch the minibatch, with its masks
   * @param training whether as in training, with dropout for instance
   * @return the mean over the examples; their sum without {@code miniBatch}
   */
  double score(DataSet batch, boolean training);

  /**
   * Computes the loss on a minibatch, with L1 and L2.
   *
   * @param batch the minibatch, with its masks
   * @param training whether as in training, with dropout for instance
   * @return the mean over the examples; their sum without {@code miniBatch}
   */
  double score(MultiDataSet batch, boolean training);

  /**
   * The loss of the last step.
   *
   * @return the score that the network has been given
   */
  default double score() {
    return model().score();
  }

  /**
   * Sets the loss of the last step.
   *
   * @param score the loss
   */
  void setScore(double score);

  /**
   * Evaluates a network that has one output.
   *
   * @param data the minibatches, with their masks
   * @param evaluation computes the figures, and holds the result
   * @param <E> its type
   * @return the evaluation given
   */
  <E extends IEvaluation<?>> E evaluate(DataSetIterator data, E evaluation);

  /**
   * Evaluates a network that has one output.
   *
   * @param data the minibatches, with their masks
   * @param evaluation computes the figures, and holds the result
   * @param <E> its type
   * @return the evaluation given
   */
  <E extends IEvaluation<?>> E evaluate(MultiDataSetIterator data, E evaluation);

  /**
   * Lists what is frozen.
   *
   * @return names of all frozen nodes, in topological order
   */
  default List<String> frozen() {
    return nodes().stream()
        .filter(LiveNode::isFrozen)
        .map(LiveNode::name)
        .collect(Collectors.toUnmodifiableList());
  }
}
