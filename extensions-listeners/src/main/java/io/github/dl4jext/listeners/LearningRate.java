package io.github.dl4jext.listeners;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/** The learning rate of the first layer that has one. */
final class LearningRate {

  private LearningRate() {}

  /** NaN if no layer has a learning rate. */
  static double of(Model model, int iteration, int epoch) {
    for (Layer layer : layers(model)) {
      // Frozen layers are wrapped in something that is no BaseLayer.
      if (layer.conf().getLayer() instanceof BaseLayer base) {
        IUpdater updater = base.getIUpdater();
        if (updater != null && updater.hasLearningRate()) {
          return updater.getLearningRate(iteration, epoch);
        }
      }
    }
    return Double.NaN;
  }

  /** The rate that was used last; to be asked before the epoch is counted. */
  static double ofLastStep(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return of(model, network.getIterationCount() - 1, network.getEpochCount());
    }
    if (model instanceof ComputationGraph graph) {
      ComputationGraphConfiguration counts = graph.getConfiguration();
      return of(model, counts.getIterationCount() - 1, counts.getEpochCount());
    }
    return Double.NaN;
  }

  private static Layer[] layers(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return network.getLayers();
    }
    return model instanceof ComputationGraph graph ? graph.getLayers() : new Layer[0];
  }
}
