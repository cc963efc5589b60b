package io.github.dl4jext.transfer.features;

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;

/** Whether rows are examples, or time steps and the like, which DL4J spreads over the rows. */
final class BatchDimension {

  private BatchDimension() {}

  /** What a preprocessor makes of rows. */
  static boolean spreadAfter(InputPreProcessor between, boolean before) {
    if (between instanceof ComposableInputPreProcessor several) {
      boolean spread = before;
      for (InputPreProcessor one : several.getInputPreProcessors()) {
        spread = spreadAfter(one, spread);
      }
      return spread;
    }
    if (between instanceof RnnToFeedForwardPreProcessor
        || between instanceof RnnToCnnPreProcessor) {
      return true;
    }
    boolean gathers =
        between instanceof FeedForwardToRnnPreProcessor || between instanceof CnnToRnnPreProcessor;
    return before && !gathers;
  }

  /** What a vertex makes of rows. */
  static boolean spreadAfter(GraphVertex vertex, boolean before) {
    if (vertex instanceof LayerVertex layer) {
      return spreadAfter(layer.getPreProcessor(), before);
    }
    if (vertex instanceof PreprocessorVertex between) {
      return spreadAfter(between.getPreProcessor(), before);
    }
    return vertex instanceof StackVertex || before && !(vertex instanceof UnstackVertex);
  }
}
