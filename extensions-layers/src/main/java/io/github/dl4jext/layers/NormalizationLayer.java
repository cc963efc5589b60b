package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Technique;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;

/** What the normalization layers have in common: they hold a gain and perhaps a bias. */
abstract class NormalizationLayer extends ShapeKeepingLayer {

  private static final long serialVersionUID = 1L;

  NormalizationLayer(Technique<Layer> technique, Arguments given) {
    super(technique, given);
  }

  abstract boolean isCentred();

  abstract boolean hasBias();

  abstract double epsilon();

  @Override
  final NormalizationAtWork atWork(NeuralNetConfiguration conf, DataType type) {
    return new NormalizationAtWork(conf, type);
  }

  @Override
  public final ParamInitializer initializer() {
    return GainAndBias.INSTANCE;
  }

  @Override
  public NormalizationLayer clone() {
    return (NormalizationLayer) super.clone();
  }
}
