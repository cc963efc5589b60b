package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.Node;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes rows that are examples from rows that are time steps, which DL4J spreads over rows.
 */
final class BatchDimension {

  private BatchDimension() {}

  private static boolean spreadAfter(@Nullable InputPreProcessor between, boolean before) {
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

  /** Tells whether rows are something else than examples after a node, given what they were. */
  static boolean spreadAfter(Node node, boolean before) {
    if (node.isLayer()) {
      return spreadAfter(node.preProcessor().orElse(null), before);
    }
    GraphVertex vertex = node.vertex().orElseThrow();
    if (vertex instanceof PreprocessorVertex between) {
      return spreadAfter(between.getPreProcessor(), before);
    }
    return vertex instanceof StackVertex || before && !(vertex instanceof UnstackVertex);
  }
}
