package io.github.dl4jext.schedules;

import io.github.dl4jext.spi.Checks;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Scores of a model on data that it does not learn from. */
final class ValidationScore {

  private ValidationScore() {}

  /** The mean over all examples, which a mean over batches of several sizes would not be. */
  static ToDoubleFunction<Model> loss(DataSetIterator data) {
    check(data);
    return model -> {
      start(data);
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

  static ToDoubleFunction<Model> accuracy(DataSetIterator data) {
    check(data);
    return model -> evaluate(model, data).accuracy();
  }

  static ToDoubleFunction<Model> f1(DataSetIterator data) {
    check(data);
    return model -> evaluate(model, data).f1();
  }

  private static void check(DataSetIterator data) {
    Checks.of(ReduceOnPlateau.NAME)
        .that(data != null && data.resetSupported(), "data", "an iterator that can be reset", data)
        .done();
  }

  private static double score(Model model, DataSet batch) {
    return model instanceof MultiLayerNetwork network
        ? network.score(batch, false)
        : ((ComputationGraph) model).score(batch, false);
  }

  private static Evaluation evaluate(Model model, DataSetIterator data) {
    start(data);
    return model instanceof MultiLayerNetwork network
        ? network.evaluate(data)
        : ((ComputationGraph) model).evaluate(data);
  }

  private static void start(DataSetIterator data) {
    data.reset();
    if (!data.hasNext()) {
      throw new IllegalStateException(
          ReduceOnPlateau.NAME
              + ": the validation data must have an example, had none after a reset");
    }
  }
}
