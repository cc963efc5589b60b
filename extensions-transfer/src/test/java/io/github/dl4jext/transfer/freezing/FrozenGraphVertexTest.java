package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Vertices with parameters that are no layers: attention between two recurrent layers. */
class FrozenGraphVertexTest {

  private DataSet data;

  @BeforeEach
  void draw() {
    Nd4j.getRandom().setSeed(3);
    data = new DataSet(Nd4j.rand(DataType.DOUBLE, 4, 2, 5), Nd4j.rand(DataType.DOUBLE, 4, 3, 5));
  }

  /** The attention has the index 1. */
  static ComputationGraph graph(NeuralNetConfiguration.Builder builder) {
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", new LSTM.Builder().nOut(3).build(), "in")
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nInKeys(3)
                        .nInQueries(3)
                        .nInValues(3)
                        .nOut(4)
                        .nHeads(1)
                        .projectInput(true)
                        .build(),
                    "lstm",
                    "lstm",
                    "lstm")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "attention")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(2))
                .build());
    graph.init();
    return graph;
  }

  private ComputationGraph trained() {
    ComputationGraph graph = graph(Trained.builder());
    fit(graph, data, 10);
    return graph;
  }

  @Test
  void doesNotMoveAboveWhatLearns() {
    ComputationGraph graph = trained();
    double[] original = numbers(graph.params());
    ComputationGraph frozen = Freezing.freeze(graph, LayerSelector.named("attention"));
    Map<String, double[]> before = parameters(frozen);
    fit(frozen, data, 20);
    assertThat(moved(before, parameters(frozen))).containsExactly("lstm", "out");
    assertThat(numbers(graph.params())).isEqualTo(original);

    ComputationGraph thawed = Freezing.unfreeze(frozen);
    fit(thawed, data, 1);
    assertThat(moved(before, parameters(thawed))).containsExactly("attention", "lstm", "out");
  }

  /** Without state to hold, its updater would hand on whatever gradient there is. */
  @Test
  void doesNotMoveIfItHasNeverLearnt() {
    ComputationGraph frozen =
        Freezing.freeze(graph(Trained.builder()), LayerSelector.named("attention"));
    Map<String, double[]> before = parameters(frozen);
    fit(frozen, data, 20);
    assertThat(moved(before, parameters(frozen))).containsExactly("lstm", "out");
  }

  /** So that the day is noticed on which DL4J is mended. */
  @Test
  void belowSuchAVertexDl4jsGradientIsTwiceWhatItShouldBe() {
    ComputationGraph graph = graph(Trained.builder().l2(0));
    graph.setInputs(data.getFeatures());
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 4, 3, 5);
    labels.get(NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.all()).assign(1);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    double gradient = graph.gradient().gradientForVariable().get("lstm_W").getDouble(0);
    double expected = (lossWith(graph, 1e-5) - lossWith(graph, -1e-5)) / 2e-5 * 4;
    assertThat(gradient / expected).isCloseTo(2, within(1e-6));
  }

  private static double lossWith(ComputationGraph graph, double more) {
    INDArray weights = graph.getLayer("lstm").getParam("W");
    double before = weights.getDouble(0);
    weights.putScalar(0, before + more);
    graph.computeGradientAndScore();
    weights.putScalar(0, before);
    return graph.score();
  }

  /** Not by differences, see above. */
  @Test
  void theGradientBelowIsThatWithoutFreezing() {
    ComputationGraph graph = graph(Trained.builder());
    ComputationGraph frozen = Freezing.freeze(graph, LayerSelector.named("attention"));
    for (ComputationGraph one : List.of(graph, frozen)) {
      one.setInputs(data.getFeatures());
      one.setLabels(data.getLabels());
      one.computeGradientAndScore();
    }
    Map<String, INDArray> expected = graph.gradient().gradientForVariable();
    frozen
        .gradient()
        .gradientForVariable()
        .forEach((name, gradient) -> assertThat(gradient).as(name).isEqualTo(expected.get(name)));
    assertThat(frozen.gradient().gradientForVariable().keySet())
        .contains("lstm_W", "out_W")
        .doesNotContain("attention_Wq");
    assertThat(expected.get("lstm_W").amaxNumber().doubleValue()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheUpdatersState(boolean everythingBelowToo) {
    LayerSelector layers =
        everythingBelowToo ? LayerSelector.upTo("attention") : LayerSelector.named("attention");
    ComputationGraph frozen = Freezing.freeze(trained(), layers);
    fit(frozen, data, 3);
    ComputationGraph here = Freezing.unfreeze(frozen);
    ComputationGraph fromFile = Freezing.unfreeze((ComputationGraph) restored(frozen));
    assertThat(updaterState(fromFile)).isEqualTo(updaterState(here));

    ComputationGraph never = trained();
    ComputationGraph frozenAndThawed = Freezing.unfreeze(Freezing.freeze(trained(), layers));
    fit(never, data, 5);
    fit(frozenAndThawed, data, 5);
    assertThat(numbers(frozenAndThawed.params())).isEqualTo(numbers(never.params()));
    assertThat(updaterState(frozenAndThawed)).isEqualTo(updaterState(never));
  }

  @Test
  void aFrozenOneGoesOnFromAFileBitByBit() {
    ComputationGraph frozen = Freezing.freeze(trained(), LayerSelector.named("attention"));
    ComputationGraph again = (ComputationGraph) restored(frozen);
    fit(frozen, data, 3);
    fit(again, data, 3);
    assertThat(numbers(again.params())).isEqualTo(numbers(frozen.params()));
    assertThat(again.getConfiguration().getVertices())
        .isEqualTo(frozen.getConfiguration().getVertices());
  }

  /** Then a file can be read without this library. */
  @Test
  void withNothingBelowThatLearnsAndNoStateItIsDl4jsOwn() {
    ComputationGraph frozen =
        Freezing.freeze(graph(Trained.builder()), LayerSelector.upTo("attention"));
    assertThat(frozen.getConfiguration().getVertices().get("attention"))
        .isExactlyInstanceOf(FrozenVertex.class);
    Map<String, double[]> before = parameters(frozen);
    fit(frozen, data, 5);
    assertThat(moved(before, parameters(frozen))).containsExactly("out");
  }

  @Test
  void theConfigurationComesBackFromJson() {
    ComputationGraph frozen = Freezing.freeze(trained(), LayerSelector.named("attention"));
    GraphVertex vertex = frozen.getConfiguration().getVertices().get("attention");
    GraphVertex back =
        ComputationGraphConfiguration.fromJson(frozen.getConfiguration().toJson())
            .getVertices()
            .get("attention");
    assertThat(back).isEqualTo(vertex).hasSameHashCodeAs(vertex);
    assertThat(vertex.clone()).isInstanceOf(FrozenGraphVertex.class);
    GraphVertex within = ((FrozenGraphVertex) vertex).getUnderlying();
    assertThat(vertex)
        .isNotEqualTo(new FrozenGraphVertex(within, false, true))
        .isNotEqualTo(new FrozenGraphVertex(within, true, false))
        .isNotEqualTo(new FrozenVertex(within));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> new FrozenGraphVertex(null, true, true))
        .withMessage("frozen: underlying must be given, was null");
    String json =
        Freezing.freeze(trained(), LayerSelector.named("attention")).getConfiguration().toJson();
    assertThatThrownBy(
            () -> ComputationGraphConfiguration.fromJson(json.replace("\"parked\"", "\"park\"")))
        .hasStackTraceContaining("parked");
    for (String flag : new String[] {"parked", "passing"}) {
      String bad = json.replaceFirst("(\"" + flag + "\") : (true|false)", "$1 : 1");
      assertThatThrownBy(() -> ComputationGraphConfiguration.fromJson(bad))
          .hasStackTraceContaining("frozen: each stored flag must be true or false, was ");
    }
  }
}
