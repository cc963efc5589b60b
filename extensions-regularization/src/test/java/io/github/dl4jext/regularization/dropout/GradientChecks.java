package io.github.dl4jext.regularization.dropout;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients of networks against finite differences, with the same noise at every evaluation. */
final class GradientChecks {

  private GradientChecks() {}

  /** The largest error among the parameters of a layer; small is below 1e-7. */
  static double error(Model net, Layer layer, INDArray features, INDArray labels) {
    double h = 1e-5;
    score(net, features, labels);
    // layers have views of the network's own vectors
    INDArray gradient = layer.getGradientsViewArray().dup().divi(features.size(0));
    INDArray params = layer.params();
    double worst = 0;
    for (long i = 0; i < params.length(); i++) {
      double value = params.getDouble(i);
      params.putScalar(i, value + h);
      double above = score(net, features, labels);
      params.putScalar(i, value - h);
      double below = score(net, features, labels);
      params.putScalar(i, value);
      worst = Math.max(worst, Math.abs(gradient.getDouble(i) - (above - below) / (2 * h)));
    }
    return worst;
  }

  static double score(Model net, INDArray features, INDArray labels) {
    Nd4j.getRandom().setSeed(21);
    if (net instanceof MultiLayerNetwork network) {
      network.setInput(features);
      network.setLabels(labels);
      network.computeGradientAndScore();
    } else {
      ComputationGraph graph = (ComputationGraph) net;
      graph.setInputs(features);
      graph.setLabels(labels);
      graph.computeGradientAndScore();
    }
    return net.score();
  }
}
