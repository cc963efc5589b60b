package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.keras.KerasReport.Treatment;
import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.InputAxis;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Normalizations of each example by itself have the file's settings, or are refused. */
class KerasNormalizationTest {

  private static FeedForwardLayer layer(String file, String name) {
    MultiLayerNetwork network = KerasImport.sequential(KerasFiles.path(file)).network();
    Node node = Network.of(network).node(name);
    return (FeedForwardLayer) node.learners().get(0);
  }

  @Test
  void theySayWhatTheFileSays() {
    LayerNorm all = (LayerNorm) layer("layer_norm_images", "all");
    assertThat(all.get(LayerNorm.AXES))
        .containsExactly(InputAxis.HEIGHT, InputAxis.WIDTH, InputAxis.FEATURES);
    assertThat(all.get(LayerNorm.SIZES)).contains(List.of(2, 2, 5));
    assertThat(all.get(LayerNorm.FEATURES_LAST)).isTrue();
    assertThat(all.get(LayerNorm.EPSILON)).isEqualTo(1e-3);
    GroupNorm group = (GroupNorm) layer("layer_norm_sequences", "group");
    assertThat(group.get(GroupNorm.GROUPS)).isEqualTo(3);
    assertThat(group.get(GroupNorm.EPSILON)).isEqualTo(1e-5);
    assertThat(((GroupNorm) layer("layer_norm_images", "group")).get(GroupNorm.GROUPS))
        .as("groups=-1: as many as features")
        .isEqualTo(5);
  }

  @Test
  void theReportSaysWhatIsTrainedAnyway() {
    KerasReport report = KerasImport.sequential(KerasFiles.path("layer_norm")).report();
    assertThat(report.of(Treatment.IGNORED))
        .singleElement()
        .hasToString(
            "norm_1: ignored scale=False: the normalization has gamma = 1 here too, which is"
                + " trained unless the layer is frozen");
    assertThat(report.of("norm").toString()).contains("taken LayerNormalization: LayerNorm");
  }

  @Test
  void gainsAreHeldByTheirConstraint() {
    MultiLayerNetwork net =
        KerasImport.sequential(KerasFiles.path("layer_norm_pooled")).trainable();
    INDArray gain = Network.of(net).node("norm_1").parameters().get("g");
    Objects.requireNonNull(gain).assign(-1);
    net.fit(KerasFiles.inputs("layer_norm_pooled")[0], Nd4j.eye(2).getRows(0, 1, 0, 1));
    assertThat(gain.dup('c').data().asDouble()).containsOnly(0.0);
  }

  private static KerasLayerSpec spec(String className, Object... settings) {
    Map<String, Object> config = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      config.put((String) settings[i], settings[i + 1]);
    }
    String place = "layer \"norm\" (" + className + ")";
    return new KerasLayerSpec(className, "norm", new KerasFields(place, config), List.of("in"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LayerNormalization | 2 | 1 | its axis 1 is that of time steps, over which a layer cannot",
        "LayerNormalization | 2 | 1 2 | its axis 1 is that of time steps",
        "LayerNormalization | 3 | 0 | its axis 0 is that of examples",
        "LayerNormalization | 3 | 3 1 | axis must be ascending and name each axis once, was [3, 1]",
        "LayerNormalization | 3 | 1 -3 | axis must be ascending and name each axis once, was [1, -3]",
        "GroupNormalization | 3 | 1 | axis must be the last, -1 or 3, to be imported, was [1]",
        "UnitNormalization | 3 | 1 2 3 | axis must be the last, -1 or 3, to be imported without gamma"
      })
  void otherAxesAreRefused(String className, int rank, String axes, String message) {
    List<Integer> axis = List.of(axes.split(" ")).stream().map(Integer::valueOf).toList();
    Map<String, INDArray> weights =
        className.startsWith("Unit") ? Map.of() : Map.of("gamma", Nd4j.ones(4));
    assertThatThrownBy(() -> KerasNormalization.of(spec(className, "axis", axis), rank, weights))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("layer \"norm\" (" + className + "): " + message);
  }

  @Test
  void weightsMustBeThere() {
    KerasNormalization norm = KerasNormalization.of(spec("LayerNormalization"), 1, Map.of());
    assertThatThrownBy(() -> norm.weights(Map.of("gamma", Nd4j.ones(4)), 4))
        .isInstanceOf(KerasImportException.class)
        .hasMessage("layer \"norm\" (LayerNormalization) has no weights beta in the file");
  }

  /** {@code rms_scaling} divides by the deviation without taking away the mean. */
  @Test
  void rmsScalingIsRefused() {
    assertThatThrownBy(
            () ->
                LayerChecks.check(
                    spec("LayerNormalization", "rms_scaling", true), new ReportLines("norm")))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("rms_scaling must be False to be imported, was True");
  }

  /** A vertex of 2 x 3 x 2 gains: ours begin with all those of the first feature. */
  @Test
  void gainsAreInTheOrderOfOurLayers() {
    INDArray gamma = Nd4j.arange(12).reshape(2, 3, 2);
    KerasNormalization norm =
        KerasNormalization.of(
            spec("LayerNormalization", "axis", List.of(1, 2, 3), "center", false),
            3,
            Map.of("gamma", gamma));
    INDArray gain = Objects.requireNonNull(norm.weights(Map.of("gamma", gamma), 12).get("g"));
    assertThat(gain.dup('c').data().asDouble())
        .containsExactly(0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11);
  }
}
