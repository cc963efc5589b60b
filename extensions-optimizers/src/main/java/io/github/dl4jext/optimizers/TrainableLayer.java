package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.ByLength;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.ParameterFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Sets the updater and the regularizations of a layer or vertex of a configuration: one face for
 * the three unrelated classes in which DL4J keeps them.
 */
final class TrainableLayer {

  private final TrainingConfig config;
  private final List<String> weights;
  private final List<String> biases;
  private final List<String> parameters;
  private final Consumer<IUpdater> updater;
  private final Group weightGroup;
  private final Group biasGroup;

  /** The parameters that share one list of regularizations. */
  record Group(
      String what,
      List<String> parameters,
      List<Regularization> present,
      Consumer<List<Regularization>> setter) {}

  private TrainableLayer(
      TrainingConfig config,
      List<String> parameters,
      Consumer<IUpdater> updater,
      Group weightGroup,
      Group biasGroup) {
    this.config = config;
    this.parameters = parameters;
    this.updater = updater;
    this.weightGroup = weightGroup;
    this.biasGroup = biasGroup;
    this.weights = weightGroup.parameters();
    this.biases = biasGroup.parameters();
  }

  /** One of the configurations of a {@link io.github.dl4jext.network.NetworkLayer}. */
  static TrainableLayer of(TrainingConfig config) {
    if (config instanceof BaseLayer layer) {
      return of(layer);
    }
    return config instanceof SameDiffVertex vertex
        ? of(vertex)
        : of((AbstractSameDiffLayer) config);
  }

  private static TrainableLayer of(BaseLayer layer) {
    ParamInitializer names = layer.initializer();
    return new TrainableLayer(
        layer,
        names.paramKeys(layer),
        u -> {
          layer.setIUpdater(u);
          layer.setBiasUpdater(null);
        },
        new Group(
            "weights",
            names.weightKeys(layer),
            layer.getRegularization(),
            layer::setRegularization),
        new Group(
            "biases",
            names.biasKeys(layer),
            layer.getRegularizationBias(),
            layer::setRegularizationBias));
  }

  private static TrainableLayer of(AbstractSameDiffLayer layer) {
    SDLayerParams params = layer.getLayerParams();
    return new TrainableLayer(
        layer,
        params.getParameterKeys(),
        u -> {
          layer.setUpdater(u);
          layer.setBiasUpdater(null);
        },
        new Group(
            "weights",
            params.getWeightParameterKeys(),
            layer.getRegularization(),
            layer::setRegularization),
        new Group(
            "biases",
            params.getBiasParameterKeys(),
            layer.getRegularizationBias(),
            layer::setRegularizationBias));
  }

  private static TrainableLayer of(SameDiffVertex vertex) {
    SDLayerParams params = vertex.getVertexParams();
    return new TrainableLayer(
        vertex,
        params.getParameterKeys(),
        u -> {
          vertex.setUpdater(u);
          vertex.setBiasUpdater(null);
        },
        new Group(
            "weights",
            params.getWeightParameterKeys(),
            vertex.getRegularization(),
            vertex::setRegularization),
        new Group(
            "biases",
            params.getBiasParameterKeys(),
            vertex.getRegularizationBias(),
            vertex::setRegularizationBias));
  }

  int parameterCount() {
    return parameters.size();
  }

  void learnBy(IUpdater rule) {
    updater.accept(rule);
  }

  /** Puts an optimizer's terms where the filter wants them, in place of those of another one. */
  void regularize(List<OptimizerTerm> terms, ParameterFilter filter) {
    if (!terms.isEmpty()) {
      requireRegularizable(filter);
    }
    regularize(weightGroup, terms, filter);
    regularize(biasGroup, terms, filter);
  }

  private void regularize(Group group, List<OptimizerTerm> terms, ParameterFilter filter) {
    List<Regularization> list = new ArrayList<>();
    if (group.present() != null) {
      group.present().stream().filter(r -> !isOptimizers(r)).forEach(list::add);
    }
    List<String> chosen = group.parameters().stream().filter(p -> filter.test(config, p)).toList();
    if (chosen.size() == group.parameters().size()) {
      if (!chosen.isEmpty()) {
        terms.forEach(term -> list.add(term.clone()));
      }
    } else if (!chosen.isEmpty() && !terms.isEmpty()) {
      long[] lengths = lengthsOf(group, chosen);
      terms.forEach(term -> list.add(ByLength.only(term.clone(), lengths)));
    }
    group.setter().accept(list);
  }

  private static boolean isOptimizers(Regularization regularization) {
    return regularization instanceof OptimizerTerm
        || regularization instanceof ByLength some && isOptimizers(some.term());
  }

  private void requireRegularizable(ParameterFilter filter) {
    List<String> beyond =
        parameters.stream()
            .filter(p -> !weights.contains(p) && !biases.contains(p) && filter.test(config, p))
            .toList();
    if (!beyond.isEmpty()) {
      throw new IllegalArgumentException(
          "layer "
              + config.getLayerName()
              + " ("
              + config.getClass().getSimpleName()
              + "): the filter chooses "
              + beyond
              + ", which DL4J never regularizes; let it refuse them, for instance by"
              + " ParameterFilter.weights().and(...)");
    }
  }

  private long[] lengthsOf(Group group, List<String> chosen) {
    Map<String, Long> lengths = lengths();
    for (String one : chosen) {
      for (String other : group.parameters()) {
        if (!chosen.contains(other) && lengths.get(one).equals(lengths.get(other))) {
          throw new IllegalArgumentException(
              "layer "
                  + config.getLayerName()
                  + " ("
                  + config.getClass().getSimpleName()
                  + "): the filter chooses "
                  + one
                  + " but not "
                  + other
                  + ", which DL4J regularizes alike and which cannot be told apart as both have "
                  + lengths.get(one)
                  + " elements; choose both or none");
        }
      }
    }
    return chosen.stream().mapToLong(lengths::get).distinct().toArray();
  }

  private Map<String, Long> lengths() {
    Map<String, Long> lengths = new LinkedHashMap<>();
    if (config instanceof BaseLayer layer) {
      long all = layer.initializer().numParams(layer);
      if (all == 0) {
        throw new IllegalArgumentException(
            "layer "
                + layer.getLayerName()
                + " has no size yet; set its nIn and nOut, or the network's input type");
      }
      NeuralNetConfiguration alone = new NeuralNetConfiguration();
      alone.setLayer(layer);
      INDArray view = Nd4j.create(new long[] {all});
      layer.initializer().init(alone, view, false).forEach((n, a) -> lengths.put(n, a.length()));
    } else {
      SDLayerParams params =
          config instanceof SameDiffVertex vertex
              ? vertex.getVertexParams()
              : ((AbstractSameDiffLayer) config).getLayerParams();
      params.getParamShapes().forEach((name, shape) -> lengths.put(name, product(shape)));
    }
    return lengths;
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }
}
