package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a frozen network is to its user and to the host. */
class FrozenNetworkTest {

  private static MultiLayerNetwork trained() {
    return (MultiLayerNetwork) restored(Trained.DENSE.trained());
  }

  @Test
  void countersAndListenersAreKept() {
    MultiLayerNetwork net = trained();
    net.setEpochCount(3);
    var listener = new BaseTrainingListener() {};
    net.setListeners(listener);
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(0));
    assertThat(frozen.getIterationCount()).isEqualTo(10);
    assertThat(frozen.getEpochCount()).isEqualTo(3);
    assertThat(frozen.getListeners()).containsExactly(listener);

    ComputationGraph graph = (ComputationGraph) restored(Trained.GRAPH.trained());
    graph.getConfiguration().setEpochCount(3);
    graph.setListeners(listener);
    ComputationGraph half = Freezing.freeze(graph, LayerSelector.named("stem"));
    assertThat(half.getConfiguration().getIterationCount()).isEqualTo(10);
    assertThat(half.getConfiguration().getEpochCount()).isEqualTo(3);
    half.setListeners();
    assertThat(graph.getListeners()).containsExactly(listener);
  }

  @Test
  void plainDl4jLayersWhereTheyDo() {
    MultiLayerNetwork net = (MultiLayerNetwork) Trained.CONVOLUTIONAL.untrained();
    MultiLayerConfiguration conf =
        Freezing.freeze(net, LayerSelector.upTo(2)).getLayerWiseConfigurations();
    for (int i = 0; i < 3; i++) {
      assertThat(conf.getConf(i).getLayer().getClass()).isEqualTo(FrozenLayer.class);
    }
  }

  @Test
  void stateOfLayersThatNeverLearnedTakesNoMemory() {
    MultiLayerNetwork net = (MultiLayerNetwork) Trained.BATCH_NORM.untrained();
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.allButLast(1));
    fit(frozen, Trained.BATCH_NORM.data(), 1);
    assertThat(updaterState(frozen)).hasSize((int) (2 * frozen.getLayer(4).numParams()));

    fit(net, Trained.BATCH_NORM.data(), 1);
    assertThat(updaterState(Freezing.freeze(net, LayerSelector.allButLast(1))))
        .hasSameSizeAs(updaterState(net));
  }

  @Test
  void dropoutIsOffInAFrozenLayer() {
    MultiLayerNetwork net = trained();
    INDArray features = Trained.DENSE.data().getFeatures();
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.upTo(2));
    assertThat(numbers(frozen.feedForward(features, true).get(3)))
        .isEqualTo(numbers(net.feedForward(features, false).get(3)));
    assertThat(numbers(net.feedForward(features, true).get(3)))
        .isNotEqualTo(numbers(net.feedForward(features, false).get(3)));
    MultiLayerNetwork thawed = Freezing.unfreeze(frozen);
    assertThat(numbers(thawed.feedForward(features, true).get(3)))
        .isNotEqualTo(numbers(thawed.feedForward(features, false).get(3)));
  }

  @Test
  void clonesTrainOnAlike() {
    for (LayerSelector layers :
        new LayerSelector[] {LayerSelector.upTo(1), LayerSelector.at(1), LayerSelector.at(3)}) {
      MultiLayerNetwork frozen = Freezing.freeze(trained(), layers);
      MultiLayerNetwork clone = frozen.clone();
      fit(frozen, Trained.DENSE.data(), 3);
      fit(clone, Trained.DENSE.data(), 3);
      assertThat(numbers(clone.params())).isEqualTo(numbers(frozen.params()));
      MultiLayerNetwork again = (MultiLayerNetwork) restored(clone);
      assertThat(updaterState(Freezing.unfreeze(again)))
          .isEqualTo(updaterState(Freezing.unfreeze(frozen)));
    }
    ComputationGraph graph =
        Freezing.freeze((ComputationGraph) Trained.GRAPH.trained(), LayerSelector.upTo("both"));
    ComputationGraph clone = graph.clone();
    clone.getConfiguration().setIterationCount(graph.getConfiguration().getIterationCount());
    fit(graph, Trained.GRAPH.data(), 3);
    fit(clone, Trained.GRAPH.data(), 3);
    assertThat(numbers(clone.params())).isEqualTo(numbers(graph.params()));
  }

  @Test
  void layersThatDl4jFrozeAreKnown() {
    MultiLayerNetwork net = trained();
    net.getLayerWiseConfigurations()
        .getConf(0)
        .setLayer(
            new FrozenLayer(
                new FrozenLayer(net.getLayerWiseConfigurations().getConf(0).getLayer())));
    MultiLayerNetwork stock = new MultiLayerNetwork(net.getLayerWiseConfigurations());
    stock.init(net.params().dup(), false);
    assertThat(Network.of(stock).nodes().get(0).isFrozen()).isTrue();
    assertThat(Network.of(stock).nodes().get(0).layer().orElseThrow())
        .isInstanceOf(DenseLayer.class);

    MultiLayerNetwork thawed = Freezing.unfreeze(stock);
    Map<String, double[]> before = parameters(thawed);
    fit(thawed, Trained.DENSE.data(), 2);
    assertThat(moved(before, parameters(thawed))).containsExactly("0", "1", "2", "3");
  }

  @Test
  void someMayThawWhileOthersStay() {
    MultiLayerNetwork frozen = Freezing.freeze(trained(), LayerSelector.upTo(2));
    MultiLayerNetwork part = Freezing.unfreeze(frozen, LayerSelector.at(0, 2));
    Map<String, double[]> before = parameters(part);
    fit(part, Trained.DENSE.data(), 20);
    assertThat(moved(before, parameters(part))).containsExactly("0", "2", "3");
  }

  @Test
  void parameterlessVerticesBelowAreNoObstacle() {
    ComputationGraph graph =
        new ComputationGraph(
            Trained.builder()
                .graphBuilder()
                .addInputs("a", "b")
                .addVertex("joined", new MergeVertex(), "a", "b")
                .addLayer("one", Trained.dense(4), "joined")
                .addLayer("two", Trained.dense(4), "joined")
                .addVertex("both", new MergeVertex(), "one", "two")
                .addLayer("out", Trained.output(), "both")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(3), InputType.feedForward(4))
                .build());
    graph.init();
    var data =
        new org.nd4j.linalg.dataset.MultiDataSet(
            new INDArray[] {Nd4j.rand(DataType.DOUBLE, 8, 3), Nd4j.rand(DataType.DOUBLE, 8, 4)},
            new INDArray[] {Trained.GRAPH.labels()});

    ComputationGraph whole = Freezing.freeze(graph, LayerSelector.named("one", "two"));
    assertThat(whole.getConfiguration().getVertices().get("joined"))
        .isInstanceOf(FrozenVertex.class);
    ComputationGraph half = Freezing.freeze(graph, LayerSelector.named("one"));
    for (ComputationGraph some : Arrays.asList(whole, half)) {
      Map<String, double[]> before = parameters(some);
      some.fit(data);
      assertThat(moved(before, parameters(some))).doesNotContain("one").contains("out");
      ComputationGraphConfiguration back = Freezing.unfreeze(some).getConfiguration();
      back.setIterationCount(0);
      assertThat(back.toJson()).isEqualTo(graph.getConfiguration().toJson());
    }
  }

  @Test
  void anOptimizerMayBeInstalledOnAFrozenNetwork() {
    MultiLayerNetwork net = trained();
    new AdamW(1e-3, 0.01).configure(net);
    fit(net, Trained.DENSE.data(), 2);
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(0, 1));
    Map<String, double[]> before = parameters(frozen);
    double[] state = updaterState(Freezing.unfreeze(frozen));
    assertThat(state).isEqualTo(updaterState(net));

    new AdamW(1e-2, 0.1).configure(frozen);
    assertThat(updaterState(Freezing.unfreeze(frozen))).isEqualTo(state);
    fit(frozen, Trained.DENSE.data(), 5);
    assertThat(moved(before, parameters(frozen))).containsExactly("2", "3");

    MultiLayerNetwork thawed = Freezing.unfreeze((MultiLayerNetwork) restored(frozen));
    fit(thawed, Trained.DENSE.data(), 2);
    assertThat(moved(before, parameters(thawed))).containsExactly("0", "1", "2", "3");
  }

  @Test
  void aNewHeadMayLearnByAnOptimizer() {
    MultiLayerNetwork net =
        new TransferBuilder(trained())
            .dropLast(1)
            .add(Trained.output())
            .optimizer(new AdamW(1e-2, 0.1))
            .build();
    Map<String, double[]> before = parameters(net);
    fit(net, Trained.DENSE.data(), 3);
    assertThat(moved(before, parameters(net))).containsExactly("3");
    MultiLayerNetwork again = (MultiLayerNetwork) restored(net);
    fit(net, Trained.DENSE.data(), 3);
    Nd4j.getRandom().setSeed(12);
    fit(again, Trained.DENSE.data(), 3);
    assertThat(numbers(again.params())).isEqualTo(numbers(net.params()));
    assertThat(updaterState(Freezing.unfreeze(net))[0]).isNotZero();
  }

  @Test
  void aRateSetByDl4jLeavesFrozenLayersAlone() {
    for (MultiLayerNetwork net :
        Arrays.asList(
            (MultiLayerNetwork) Trained.BATCH_NORM.trained(),
            (MultiLayerNetwork) Trained.BATCH_NORM.untrained())) {
      MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(0, 1, 3));
      Map<String, double[]> before = parameters(frozen);
      frozen.setLearningRate(0.02);
      fit(frozen, Trained.BATCH_NORM.data(), 2);
      assertThat(moved(before, parameters(frozen))).containsExactly("2", "4");
      MultiLayerNetwork again = (MultiLayerNetwork) restored(frozen);
      fit(frozen, Trained.BATCH_NORM.data(), 2);
      fit(again, Trained.BATCH_NORM.data(), 2);
      assertThat(numbers(again.params())).isEqualTo(numbers(frozen.params()));
    }
  }

  @Test
  void aFileThatLacksSomethingIsRefused() {
    for (LayerSelector layers : Arrays.asList(LayerSelector.at(0), LayerSelector.at(1))) {
      String json = Freezing.freeze(trained(), layers).getLayerWiseConfigurations().toJson();
      String within = json.contains("FrozenStopGradient") ? "layer" : "underlying";
      for (String bad :
          Arrays.asList(
              json.replaceFirst("\"parked\" : true", "\"other\" : true"),
              json.replaceFirst(
                  "\"" + within + "\" : \\{\\s*\"@class\" : \"[^\"]*Dense",
                  "\"other\" : {\"@class\" : \"org.deeplearning4j.nn.conf.layers.Dense"))) {
        assertThat(bad).isNotEqualTo(json);
        assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(bad))
            .isInstanceOf(RuntimeException.class);
      }
    }
    for (LayerSelector layers : Arrays.asList(LayerSelector.at(0), LayerSelector.at(1))) {
      String json = Freezing.freeze(trained(), layers).getLayerWiseConfigurations().toJson();
      for (String flag : Arrays.asList("1", "null", "\"\"", "\"true\"", "[true]", "{}")) {
        String bad = json.replaceFirst("\"parked\" : true", "\"parked\" : " + flag);
        assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(bad))
            .as(flag)
            .hasStackTraceContaining("frozen: each stored flag must be true or false, was ");
      }
    }
    assertThatThrownBy(() -> new FrozenStopGradient(null, false))
        .hasMessage("frozen: layer must be given, was null");
    assertThatThrownBy(() -> new FrozenPassThrough(null, false))
        .hasMessage("frozen: underlying must be given, was null");
  }

  @Test
  void theHostsSummaryKnowsThem() {
    assertThat(Freezing.freeze(trained(), LayerSelector.at(0, 2)).summary()).contains("Frozen");
    assertThat(
            Freezing.freeze((ComputationGraph) Trained.GRAPH.trained(), LayerSelector.upTo("both"))
                .summary())
        .contains("Frozen");
  }

  @Test
  void aCloneThatNeverHadAnUpdaterMayBeSavedWithOne() throws IOException {
    MultiLayerNetwork frozen = Freezing.freeze(trained(), LayerSelector.at(0));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(frozen, bytes, false);
    MultiLayerNetwork clone =
        ModelSerializer.restoreMultiLayerNetwork(
                new ByteArrayInputStream(bytes.toByteArray()), false)
            .clone();
    fit(clone, Trained.DENSE.data(), 1);
    MultiLayerNetwork again = (MultiLayerNetwork) restored(clone);
    assertThat(updaterState(again)).isEqualTo(updaterState(clone));
    fit(clone, Trained.DENSE.data(), 2);
    fit(again, Trained.DENSE.data(), 2);
    assertThat(numbers(again.params())).isEqualTo(numbers(clone.params()));
  }

  @Test
  void aTableForReading() {
    MultiLayerNetwork net = (MultiLayerNetwork) Trained.CONVOLUTIONAL.untrained();
    assertThat(Freezing.describe(Freezing.freeze(net, LayerSelector.upTo(2))).lines())
        .map(line -> line.stripTrailing())
        .containsExactly(
            "       name    type                  parameters",
            "    0  layer0  ConvolutionLayer              76  frozen",
            "    1  layer1  BatchNormalization            16  frozen",
            "    2  layer2  SubsamplingLayer               0  frozen",
            "    3  layer3  ConvolutionLayer             148  trainable",
            "    4  layer4  BatchNormalization            16  trainable",
            "    5  layer5  OutputLayer                   15  trainable",
            "171 of 271 parameters are trainable, 92 frozen, 8 that no gradient moves");
  }
}
