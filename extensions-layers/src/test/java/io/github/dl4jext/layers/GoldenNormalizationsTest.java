package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Values and gradients are PyTorch's, in both types and both orders of memory. */
class GoldenNormalizationsTest {

  private static final List<InputAxis> ALL =
      List.of(InputAxis.FEATURES, InputAxis.HEIGHT, InputAxis.WIDTH);

  private static Map<String, NormalizationLayer> layers() {
    Map<String, NormalizationLayer> layers = new LinkedHashMap<>();
    layers.put("layer_norm", new LayerNorm());
    layers.put("layer_norm wide", new LayerNorm());
    layers.put("layer_norm far from 0", new LayerNorm());
    layers.put("layer_norm(epsilon=0.1)", new LayerNorm().with(LayerNorm.EPSILON, 0.1));
    layers.put("layer_norm series", new LayerNorm());
    layers.put("layer_norm image features", new LayerNorm());
    layers.put("layer_norm image all", new LayerNorm().with(LayerNorm.AXES, ALL));
    layers.put(
        "layer_norm image positions", new LayerNorm().over(InputAxis.HEIGHT, InputAxis.WIDTH));
    layers.put("layer_norm image width", new LayerNorm().over(InputAxis.WIDTH));
    layers.put("layer_norm volume all", new LayerNorm().over(InputAxis.values()));
    layers.put("rms_norm", new RMSNorm());
    layers.put("rms_norm(epsilon=0.1)", new RMSNorm().with(RMSNorm.EPSILON, 0.1));
    layers.put("rms_norm series", new RMSNorm());
    layers.put("rms_norm image all", new RMSNorm().with(RMSNorm.AXES, ALL));
    layers.put("group_norm", new GroupNorm(2));
    layers.put("group_norm series", new GroupNorm(3));
    layers.put("group_norm masked series", new GroupNorm(3));
    layers.put("group_norm image", new GroupNorm(2));
    layers.put("group_norm image one", new GroupNorm(1));
    layers.put("group_norm image instance", new GroupNorm(6));
    layers.put("group_norm volume", new GroupNorm(2));
    return layers;
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    layers()
        .forEach(
            (name, layer) -> {
              for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
                for (boolean featuresLast : new boolean[] {false, true}) {
                  cases.add(Arguments.of(name, layer, type, featuresLast));
                }
              }
            });
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isPyTorchs(String name, NormalizationLayer layer, DataType type, boolean featuresLast) {
    GoldenLayer golden = GoldenLayer.read(name);
    OneLayer at = new OneLayer(layer, golden.shape(), featuresLast, type);
    at.set("g", golden.get("gain"));
    if (layer.hasBias()) {
      at.set("b", golden.get("bias"));
    }
    if (name.contains("masked")) {
      at.mask(new double[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}, {1, 0, 0, 0, 0}});
    }
    assertClose(at.forward(golden.get("x")), golden.get("y"), type, "output");
    assertClose(at.backward(golden.get("outer")), golden.get("dx"), type, "input's gradient");
    assertClose(at.gradient("g"), golden.get("dgain"), type, "gain's gradient");
    if (layer.hasBias()) {
      assertClose(at.gradient("b"), golden.get("dbias"), type, "bias's gradient");
    }
  }

  /** The type's error, relative to the largest number. */
  private static void assertClose(double[] actual, double[] expected, DataType type, String what) {
    double largest = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
    double error =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(error / largest).as(what).isLessThan(type == DataType.FLOAT ? 1e-6 : 1e-12);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void doesNotMindHowMemoryIsLaidOut(
      String name, NormalizationLayer layer, DataType type, boolean featuresLast) {
    GoldenLayer golden = GoldenLayer.read(name);
    OneLayer at = new OneLayer(layer, golden.shape(), featuresLast, type);
    INDArray x = at.input(golden.get("x"));
    INDArray fortran = x.dup('f');
    INDArray within = Nd4j.concat(0, x, x).get(NDArrayIndex.interval(1, x.size(0) + 1));
    double[] plain = at.activate(x).dup('c').data().asDouble();
    assertThat(at.activate(fortran).dup('c').data().asDouble()).isEqualTo(plain);
    assertThat(at.activate(within).dup('c').data().asDouble())
        .as("a view of a larger array")
        .isEqualTo(at.activate(within.dup('c')).dup('c').data().asDouble());
  }
}
