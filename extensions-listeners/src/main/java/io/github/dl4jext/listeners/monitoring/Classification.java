package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.Network;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.EvaluationBinary;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/**
 * Computes a figure of how well one output of a network classifies data.
 *
 * @param data the data, which are read each time
 * @param output the name of the output; null for the only one
 * @param ofClasses the figure if each example has one class
 * @param ofLabels the figure if an example may have several labels
 */
record Classification(
    MultiDataSetIterator data,
    @Nullable String output,
    ToDoubleFunction<Evaluation> ofClasses,
    ToDoubleFunction<EvaluationBinary> ofLabels)
    implements ToDoubleFunction<Model> {

  static Classification accuracy(MultiDataSetIterator data) {
    return new Classification(data, null, Evaluation::accuracy, Classification::shareOfRightLabels);
  }

  static Classification f1(MultiDataSetIterator data) {
    return new Classification(data, null, Evaluation::f1, Classification::microF1);
  }

  Classification of(String name) {
    return new Classification(data, name, ofClasses, ofLabels);
  }

  @Override
  public double applyAsDouble(Model model) {
    Network network = Network.of(model);
    int index = index(network.configuration().outputs());
    boolean labels = hasLabels(network, index);
    Evaluation classes = new Evaluation();
    EvaluationBinary each = new EvaluationBinary();
    Monitor.restart(data);
    while (data.hasNext()) {
      MultiDataSet batch = data.next();
      INDArray predicted =
          network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[index];
      if (Double.isNaN(predicted.sumNumber().doubleValue())) {
        return Double.NaN;
      }
      BaseEvaluation<?> evaluation = labels && predicted.size(1) > 1 ? each : classes;
      evaluation.eval(batch.getLabels(index), predicted, mask(batch, index));
    }
    return each.numLabels() > 0 ? ofLabels.applyAsDouble(each) : ofClasses.applyAsDouble(classes);
  }

  private int index(List<String> outputs) {
    if (output == null && outputs.size() > 1) {
      throw new IllegalArgumentException(
          "monitor: the network has the outputs "
              + outputs
              + "; say which one to watch: .ofOutput(\""
              + outputs.get(0)
              + "\")");
    }
    int index = output == null ? 0 : outputs.indexOf(output);
    if (index < 0) {
      throw new IllegalArgumentException(
          "monitor: output must be one of " + outputs + ", was \"" + output + "\"");
    }
    return index;
  }

  private static @Nullable INDArray mask(MultiDataSet batch, int index) {
    INDArray[] masks = batch.getLabelsMaskArrays();
    return masks == null ? null : masks[index];
  }

  /** Returns whether the output predicts each of its labels separately. */
  private static boolean hasLabels(Network network, int index) {
    String name = network.configuration().outputs().get(index);
    Layer layer = network.node(name).layer().orElse(null);
    if (layer instanceof BaseOutputLayer last && last.getLossFn() instanceof LossBinaryXENT
        || layer instanceof LossLayer loss && loss.getLossFn() instanceof LossBinaryXENT) {
      return true;
    }
    IActivation activation = layer instanceof BaseLayer base ? base.getActivationFn() : null;
    return activation instanceof ActivationSigmoid || activation instanceof ActivationHardSigmoid;
  }

  private static double shareOfRightLabels(EvaluationBinary labels) {
    long right = sum(labels, i -> labels.truePositives(i) + labels.trueNegatives(i));
    return (double) right / sum(labels, labels::totalCount);
  }

  private static double microF1(EvaluationBinary labels) {
    long hits = 2 * sum(labels, labels::truePositives);
    long misses = sum(labels, i -> labels.falsePositives(i) + labels.falseNegatives(i));
    return hits == 0 ? 0 : (double) hits / (hits + misses);
  }

  private static long sum(EvaluationBinary labels, IntUnaryOperator ofLabel) {
    return IntStream.range(0, labels.numLabels()).map(ofLabel).asLongStream().sum();
  }
}
