package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Figures of a network on data that it does not learn from, for listeners that ask at the end of an
 * epoch. Each goes through the data once per question, and resets it before.
 *
 * <p>A network whose outputs are NaN has the figure NaN; DL4J's evaluation throws there, and ends a
 * training that a listener might have ended better.
 *
 * <p>All of them are for a {@code MultiLayerNetwork} or a {@code ComputationGraph} with one input
 * and one output.
 */
public final class Validation {

  /** How DL4J's {@code Evaluation} begins to say it. */
  private static final String NAN_OUTPUT = "Cannot perform evaluation with NaNs";

  private Validation() {}

  /**
   * The loss with L1 and L2 as in training: the mean over all examples, which a mean over batches
   * of several sizes would not be.
   *
   * @param plugin who asks, for messages
   * @param data examples that can be gone through again and again
   * @return a function of the network
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static ToDoubleFunction<Model> loss(String plugin, DataSetIterator data) {
    check(plugin, data);
    return model -> {
      start(plugin, data);
      // Without conf.miniBatch DL4J's score is the sum over a batch.
      boolean isMean = model.conf().isMiniBatch();
      double sum = 0;
      long examples = 0;
      while (data.hasNext()) {
        DataSet batch = data.next();
        long size = batch.getFeatures().size(0);
        sum += score(model, batch) * (isMean ? size : 1);
        examples += size;
      }
      return sum / examples;
    };
  }

  /**
   * The share of the examples that is classified rightly.
   *
   * @param plugin who asks, for messages
   * @param data examples that can be gone through again and again
   * @return a function of the network
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static ToDoubleFunction<Model> accuracy(String plugin, DataSetIterator data) {
    return figure(plugin, data, Evaluation::accuracy);
  }

  /**
   * The F1 score: of class 1 if there are two, else the mean over the classes.
   *
   * @param plugin who asks, for messages
   * @param data examples that can be gone through again and again
   * @return a function of the network
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static ToDoubleFunction<Model> f1(String plugin, DataSetIterator data) {
    return figure(plugin, data, Evaluation::f1);
  }

  private static ToDoubleFunction<Model> figure(
      String plugin, DataSetIterator data, ToDoubleFunction<Evaluation> figure) {
    check(plugin, data);
    return model -> {
      start(plugin, data);
      try {
        return figure.applyAsDouble(evaluate(model, data));
      } catch (IllegalStateException e) {
        if (e.getMessage() != null && e.getMessage().startsWith(NAN_OUTPUT)) {
          return Double.NaN;
        }
        throw e;
      }
    };
  }

  private static void check(String plugin, DataSetIterator data) {
    Checks.of(plugin)
        .that(data != null && data.resetSupported(), "data", "an iterator that can be reset", data)
        .done();
  }

  private static double score(Model model, DataSet batch) {
    return model instanceof MultiLayerNetwork network
        ? network.score(batch, false)
        : ((ComputationGraph) model).score(batch, false);
  }

  private static Evaluation evaluate(Model model, DataSetIterator data) {
    return model instanceof MultiLayerNetwork network
        ? network.evaluate(data)
        : ((ComputationGraph) model).evaluate(data);
  }

  private static void start(String plugin, DataSetIterator data) {
    data.reset();
    if (!data.hasNext()) {
      throw new IllegalStateException(
          plugin + ": the validation data must have an example, had none after a reset");
    }
  }
}
