package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.ParameterName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.NetworkUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Where the rule and the decay go, and what becomes of a live network. */
class InstallationTest {

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
        .updater(new Nesterovs(0.1))
        .biasUpdater(new Nesterovs(0.2));
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** A network with everything that has parameters of another sort. */
  private static MultiLayerNetwork manySorts() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).hasLayerNorm(true).build())
                .layer(new BatchNormalization.Builder().build())
                .layer(new PReLULayer.Builder().inputShape(6).build())
                .layer(new FrozenLayer(new DenseLayer.Builder().nIn(6).nOut(4).build()))
                .layer(output(4))
                .setInputType(InputType.feedForward(5))
                .build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork recurrent() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nIn(3).nOut(4).build()))
                .layer(new TimeDistributed(new DenseLayer.Builder().nIn(8).nOut(5).build()))
                .layer(
                    new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build())
                .layer(
                    new LastTimeStep(
                        new SimpleRnn.Builder().nIn(4).nOut(3).hasLayerNorm(true).build()))
                .layer(output(3))
                .setInputType(InputType.recurrent(3, 6))
                .build());
    net.init();
    return net;
  }

  /** How far each parameter, set to 1, goes in a step with a gradient that is all zeros. */
  private static Map<String, Double> decays(MultiLayerNetwork net, Optimizer optimizer) {
    optimizer.configure(net);
    net.params().assign(1);
    net.getUpdater(true);
    INDArray gradient = net.getFlattenedGradients();
    gradient.assign(0);
    net.getUpdater()
        .update(
            net,
            net.gradient() == null ? gradientOf(net) : net.gradient(),
            0,
            0,
            1,
            LayerWorkspaceMgr.noWorkspaces());
    Map<String, Double> moved = new TreeMap<>();
    INDArray update = net.getFlattenedGradients();
    long from = 0;
    for (Map.Entry<String, INDArray> entry : net.paramTable().entrySet()) {
      long to = from + entry.getValue().length();
      INDArray part =
          update.reshape(new long[] {update.length()}).get(NDArrayIndex.interval(from, to));
      moved.put(entry.getKey(), part.maxNumber().doubleValue());
      from = to;
    }
    return moved;
  }

  private static Gradient gradientOf(MultiLayerNetwork net) {
    return new DefaultGradient(net.getFlattenedGradients());
  }

  @Test
  void decaysWeightsOnly() {
    Map<String, Double> moved = decays(manySorts(), new AdamW(0.1, 0.5));
    List<String> decaying = new ArrayList<>();
    moved.forEach(
        (name, by) -> {
          if (by != 0) {
            assertThat(by).as(name).isCloseTo(0.05, within(1e-12));
            decaying.add(name);
          }
        });
    assertThat(decaying).containsExactly("0_W", "4_W");
  }

  @Test
  void decaysWeightsWithinWrappers() {
    Map<String, Double> moved = decays(recurrent(), new AdamW(0.1, 0.5));
    List<String> decaying = new ArrayList<>();
    moved.forEach((name, by) -> decaying.addAll(by != 0 ? List.of(name) : List.of()));
    assertThat(decaying)
        .contains("0_fW", "0_fRW", "0_bW", "0_bRW", "1_W", "3_W", "3_RW", "4_W")
        .doesNotContain("0_fb", "0_bb", "1_b", "3_b", "3_g", "4_b");
  }

  @Test
  void aFilterChooses() {
    AdamW optimizer =
        new AdamW(0.1, 0.5)
            .decaying((layer, name) -> "W".equals(name) && layer.getLayerName().equals("layer4"));
    Map<String, Double> moved = decays(manySorts(), optimizer);
    assertThat(moved.get("4_W")).isCloseTo(0.05, within(1e-12));
    assertThat(moved.get("0_W")).isZero();
    AdamW biases = new AdamW(0.1, 0.5).decaying((l, n) -> n.equals("b"));
    assertThat(decays(manySorts(), biases).get("4_b")).isCloseTo(0.05, within(1e-12));
  }

  @Test
  void aFilterThatCannotBeFollowedIsRefused() {
    AdamW all = new AdamW().decaying((layer, name) -> true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> all.configure(manySorts()))
        .withMessageContaining("layer1 (BatchNormalization)")
        .withMessageContaining("gamma");
    AdamW inputOnly = new AdamW().decaying((layer, name) -> name.equals("W"));
    MultiLayerConfiguration square =
        base()
            .list()
            .layer(new LSTM.Builder().nIn(4).nOut(4).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nIn(4)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> inputOnly.configure(square))
        .withMessageContaining("W but not RW")
        .withMessageContaining("64 elements");
  }

  @Test
  void everyParameterLearnsByTheRule() {
    for (MultiLayerNetwork net : List.of(manySorts(), recurrent())) {
      new AdamW(0.1, 0.5).configure(net);
      for (Layer layer : net.getLayers()) {
        for (String name : layer.paramTable().keySet()) {
          boolean learns =
              !(layer instanceof org.deeplearning4j.nn.layers.FrozenLayer)
                  && !List.of("mean", "var", "log10stdev").contains(name);
          if (learns) {
            assertThat(layer.getConfig().getUpdaterByParam(name))
                .as("%s of %s", name, layer.getClass())
                .isInstanceOf(Adam.class);
          }
        }
      }
      MultiLayerConfiguration conf = net.getLayerWiseConfigurations();
      assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    }
  }

  @Test
  void everyVertexLearnsByTheRule() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(4, 5))
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nInQueries(4)
                        .nInKeys(4)
                        .nInValues(4)
                        .nOut(4)
                        .nHeads(2)
                        .projectInput(true)
                        .build(),
                    "in",
                    "in",
                    "in")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "attention")
                .setOutputs("out")
                .build());
    graph.init();
    new AdamW(0.01, 0.1).configure(graph);
    INDArray before = graph.params().dup();
    graph.fit(
        new DataSet(Nd4j.rand(DataType.DOUBLE, 3, 4, 5), Nd4j.rand(DataType.DOUBLE, 3, 2, 5)));
    assertThat(graph.params().sub(before).maxNumber().doubleValue()).isCloseTo(0.01, within(2e-3));
  }

  @Test
  void anotherOptimizerTakesTheFirstOnesPlace() {
    MultiLayerNetwork net = manySorts();
    new LAMB().configure(net);
    Map<String, Double> moved = decays(net, new Adam(0.1));
    assertThat(moved.values()).containsOnly(0.0);
  }

  private static DataSet data() {
    Nd4j.getRandom().setSeed(12);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 2);
    for (int i = 0; i < 6; i++) {
      labels.putScalar(i, i % 2, 1);
    }
    return new DataSet(Nd4j.randn(DataType.DOUBLE, 6, 5), labels);
  }

  /** To be compared bit by bit: INDArray's equals lets 1e-5 pass. */
  private static double[] numbers(MultiLayerNetwork net) {
    return net.params().toDoubleVector();
  }

  private static void fit(MultiLayerNetwork net, int steps) {
    for (int i = 0; i < steps; i++) {
      net.fit(data());
    }
  }

  private static MultiLayerNetwork plain() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(4).build())
                .layer(output(4))
                .build());
    net.init();
    return net;
  }

  @Test
  void stateIsKeptWhereItFits() {
    MultiLayerNetwork one = plain();
    MultiLayerNetwork other = plain();
    new Adam(0.01).configure(one);
    new Adam(0.01).configure(other);
    fit(one, 7);
    fit(other, 7);
    CarryOver installed = new AdamW(0.01, 0).configure(one);
    assertThat(installed.kept())
        .extracting(ParameterName::toString)
        .containsExactly("layer0.W", "layer0.b", "layer1.W", "layer1.b");
    assertThat(installed.isComplete()).isTrue();
    assertThat(one.getIterationCount()).isEqualTo(7);
    fit(one, 5);
    fit(other, 5);
    assertThat(numbers(one)).isEqualTo(numbers(other));
  }

  @Test
  void stateOfDl4jsAdamIsKept() {
    MultiLayerNetwork net = plain();
    net.getLayerWiseConfigurations()
        .getConfs()
        .forEach(
            conf -> {
              BaseLayer layer = (BaseLayer) conf.getLayer();
              layer.setIUpdater(new org.nd4j.linalg.learning.config.Adam(0.01));
              layer.setBiasUpdater(null);
            });
    fit(net, 4);
    double[] before = net.getUpdater().getStateViewArray().toDoubleVector();
    assertThat(new AdamW(0.01, 0.1).configure(net).kept()).hasSize(4);
    assertThat(net.getUpdater().getStateViewArray().toDoubleVector()).isEqualTo(before);
  }

  @Test
  void stateOfARestoredNetworkIsKept(@TempDir Path folder) throws IOException {
    MultiLayerNetwork net = plain();
    new Adam(0.01).configure(net);
    fit(net, 5);
    File file = folder.resolve("net.zip").toFile();
    net.save(file, true);
    MultiLayerNetwork restored = MultiLayerNetwork.load(file, true);
    assertThat(new AdamW(0.01, 0).configure(restored).kept()).hasSize(4);
    assertThat(restored.getIterationCount()).isEqualTo(5);
    fit(net, 3);
    fit(restored, 3);
    assertThat(numbers(restored)).isEqualTo(numbers(net));
  }

  @Test
  void newStateStartsAsAtTheFirstStep() {
    MultiLayerNetwork trained = plain();
    fit(trained, 20);
    MultiLayerNetwork fresh = plain();
    fresh.setParams(trained.params().dup());
    CarryOver installed = new Adam(0.01).configure(trained);
    assertThat(installed.reset().keySet())
        .extracting(ParameterName::toString)
        .containsExactly("layer0.W", "layer0.b", "layer1.W", "layer1.b");
    assertThat(installed.reset().get(new ParameterName("layer0", "W")))
        .isEqualTo("needs state [M, V], but layer0.W had [V], layer0.b had [V]");
    assertThat(installed.kept()).isEmpty();
    new Adam(0.01).configure(fresh);
    assertThat(trained.getIterationCount()).isEqualTo(20);
    fit(trained, 6);
    fit(fresh, 6);
    assertThat(numbers(trained)).isEqualTo(numbers(fresh));
  }

  @Test
  void stateThatTheOldRuleLackedIsReportedAsNew() {
    MultiLayerNetwork net = plain();
    new SGD(0.01).configure(net);
    fit(net, 2);
    CarryOver toAdam = new AdamW(0.01, 0.1).configure(net);
    assertThat(toAdam.kept()).isEmpty();
    assertThat(toAdam.reset()).hasSize(4).containsKey(new ParameterName("layer1", "b"));
    assertThat(toAdam.reset().get(new ParameterName("layer0", "W")))
        .isEqualTo("needs state [M, V], but layer0.W had [], layer0.b had []");
    fit(net, 2);
    CarryOver toStateless = new SGD(0.01).configure(net);
    assertThat(toStateless).isEqualTo(new CarryOver(List.of(), Map.of()));
  }

  @Test
  void decaysInSelectedLayersOnly() {
    AdamW optimizer = new AdamW(0.1, 0.5);
    LayerSelector head = LayerSelector.at(4);
    Map<String, Double> ofHead = decays(manySorts(), optimizer.decaying(head));
    assertThat(ofHead.get("4_W")).isCloseTo(0.05, within(1e-12));
    assertThat(ofHead.get("4_b")).isZero();
    assertThat(ofHead.get("0_W")).isZero();
    Map<String, Double> below =
        decays(manySorts(), optimizer.decaying(LayerSelector.all().except(head)));
    assertThat(below.get("4_W")).isZero();
    assertThat(below.get("0_W")).isCloseTo(0.05, within(1e-12));
    Map<String, Double> biases =
        decays(manySorts(), optimizer.decaying(head, (layer, name) -> name.equals("b")));
    assertThat(biases.get("4_b")).isCloseTo(0.05, within(1e-12));
    assertThat(biases.get("4_W")).isZero();
    assertThat(biases.get("0_b")).isZero();
    AdamW unknown = optimizer.decaying(LayerSelector.named("head"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> unknown.configure(manySorts()))
        .withMessageContaining("there is no layer \"head\"");
    assertThatIllegalStateException()
        .isThrownBy(() -> unknown.termsActOn().test(new DenseLayer(), "W"))
        .withMessageContaining("once the optimizer is put on a network");
  }

  @Test
  void decayOfALayerWithoutParametersIsRefused() {
    MultiLayerConfiguration conf =
        base().list().layer(new ActivationLayer(Activation.TANH)).layer(output(4)).build();
    AdamW named = new AdamW(0.1, 0.5).decaying(LayerSelector.at(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named.configure(conf))
        .withMessageContaining("decaying must select layers with parameters, was 0");
    Optimizer inWrapper = new Lookahead(new AdamW(0.1, 0.5).decaying(LayerSelector.allButLast(1)));
    MultiLayerConfiguration wrapped = inWrapper.configure(plain().getLayerWiseConfigurations());
    assertThat(((BaseLayer) wrapped.getConf(0).getLayer()).getRegularization()).hasSize(1);
    assertThat(((BaseLayer) wrapped.getConf(1).getLayer()).getRegularization()).isEmpty();
  }

  @Test
  void ratesOfSingleLayersCanBeChangedOnALiveNetwork() {
    MultiLayerNetwork net = plain();
    new Adam(0.01).configure(net);
    fit(net, 3);
    INDArray before = net.params().dup();
    net.setLearningRate(0, 0);
    fit(net, 2);
    INDArray moved = net.params().sub(before);
    assertThat(moved.get(NDArrayIndex.interval(0, 24)).amaxNumber().doubleValue()).isZero();
    assertThat(moved.amaxNumber().doubleValue()).isGreaterThan(0.01);
    assertThat(NetworkUtils.getLearningRate(net, 1)).isEqualTo(0.01);
  }

  @Test
  void modelsThatCannotBeConfiguredAreRefused() {
    Adam adam = new Adam();
    MultiLayerNetwork raw = new MultiLayerNetwork(plain().getLayerWiseConfigurations());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.configure((Model) raw))
        .withMessageContaining("not initialised");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.configure((Model) null))
        .withMessageContaining("MultiLayerNetwork or a ComputationGraph");
  }
}
