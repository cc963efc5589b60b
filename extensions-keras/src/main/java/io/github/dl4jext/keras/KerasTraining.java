package io.github.dl4jext.keras;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * How a file says that its model is trained.
 *
 * @param losses the loss of each output of the network, by the output's name
 * @param optimizer the optimizer
 */
record KerasTraining(Map<String, KerasLoss> losses, KerasOptimizer optimizer) {

  /** Settings of {@code compile} that are of Keras's program and not of the training. */
  private static final Set<String> OF_THE_PROGRAM =
      Set.of(
          "loss",
          "optimizer_config",
          "optimizer",
          "run_eagerly",
          "steps_per_execution",
          "jit_compile",
          "auto_scale_loss");

  static KerasTraining of(
      KerasFields config,
      Model network,
      Map<String, Integer> ranks,
      KerasStructure structure,
      ReportLines lines) {
    if (!config.has("loss")) {
      throw new KerasImportException(
          "the model was compiled without a loss; give network() one with TransferBuilder");
    }
    Map<String, KerasLoss> losses = losses(config.get("loss"), network, ranks, structure, lines);
    KerasOptimizer optimizer =
        KerasOptimizer.of(KerasObject.of("the optimizer", config.get("optimizer_config")), lines);
    for (String field : config.names()) {
      if (!config.has(field) || OF_THE_PROGRAM.contains(field) || isEmpty(config.get(field))) {
        continue;
      }
      String text = field + " " + KerasFields.shown(config.get(field));
      if (field.endsWith("metrics")) {
        lines.replaced(text + ": by evaluate(...) of the network, or the listener History");
      } else {
        lines.ignored(text);
      }
    }
    return new KerasTraining(losses, optimizer);
  }

  private static boolean isEmpty(@Nullable Object value) {
    return value instanceof List<?> list && list.isEmpty()
        || value instanceof Map<?, ?> map && map.isEmpty()
        || Boolean.FALSE.equals(value);
  }

  /** One for all outputs, a list in their order, or a dictionary by their names. */
  private static Map<String, KerasLoss> losses(
      @Nullable Object given,
      Model network,
      Map<String, Integer> ranks,
      KerasStructure structure,
      ReportLines lines) {
    List<String> outputs = Network.of(network).configuration().outputs();
    Map<String, KerasLoss> losses = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      String output = outputs.get(i);
      Object loss = given;
      if (given instanceof List<?> list) {
        loss = i < list.size() ? list.get(i) : null;
      } else if (given instanceof Map<?, ?> map && !map.containsKey("class_name")) {
        loss = map.get(structure.nameInKeras(output));
      }
      if (loss == null) {
        throw new KerasImportException(
            "output \""
                + output
                + "\" has no loss, which DL4J requires; take network() and give each output one"
                + " with GraphTransferBuilder");
      }
      Node node = Network.of(network).node(output);
      losses.put(
          output,
          KerasLoss.of(
              KerasObject.of("the loss of \"" + output + "\"", loss),
              units(node, network),
              ranks.getOrDefault(output, 1),
              activation(Network.of(network).node(structure.nameInKeras(output))),
              lines));
    }
    return losses;
  }

  private static IActivation activation(Node node) {
    if (node.layer().orElse(null) instanceof ActivationLayer layer) {
      return layer.getActivationFn();
    }
    for (TrainingConfig learner : node.learners()) {
      if (learner instanceof BaseLayer layer) {
        return layer.getActivationFn();
      }
    }
    return new ActivationIdentity();
  }

  /** How many numbers a node puts out, which layers without parameters do not know. */
  private static int units(Node node, Model network) {
    for (Node each = node; ; each = Network.of(network).node(each.inputs().get(0))) {
      for (TrainingConfig learner : each.learners()) {
        if (learner instanceof FeedForwardLayer layer && layer.getNOut() > 0) {
          return (int) layer.getNOut();
        }
      }
      if (each.inputs().size() != 1 || !each.networkInputs().isEmpty()) {
        return 1;
      }
    }
  }

  /** The activations that outputs must have, so that their losses get probabilities. */
  Map<String, IActivation> activations() {
    Map<String, IActivation> activations = new LinkedHashMap<>();
    losses.forEach(
        (output, loss) -> {
          IActivation activation = loss.activation();
          if (activation != null) {
            activations.put(output, activation);
          }
        });
    return activations;
  }
}
