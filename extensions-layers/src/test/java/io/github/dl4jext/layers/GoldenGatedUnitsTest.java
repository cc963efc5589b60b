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

/** Values and gradients are PyTorch's, in both types. */
class GoldenGatedUnitsTest {

  static Stream<Arguments> cases() {
    Map<String, GatedLayer> layers = new LinkedHashMap<>();
    layers.put("glu", new GLU(5));
    layers.put("swiglu", new SwiGLU(5));
    layers.put("swiglu(beta=0.2)", new SwiGLU(5, 0.2));
    layers.put("geglu", new GEGLU(5));
    layers.put("reglu", new ReGLU(5));
    layers.put("glu far", new GLU(5));
    layers.put("swiglu far", new SwiGLU(5));
    layers.put("geglu far", new GEGLU(5));
    List<Arguments> cases = new ArrayList<>();
    layers.forEach(
        (name, layer) -> {
          cases.add(Arguments.of(name, layer, DataType.FLOAT));
          cases.add(Arguments.of(name, layer, DataType.DOUBLE));
        });
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isPyTorchs(String name, GatedLayer layer, DataType type) {
    GoldenLayer golden = GoldenLayer.read(name);
    OneLayer at = new OneLayer(layer, golden.shape(), false, type);
    for (String parameter : List.of("W", "V", "b", "c")) {
      at.set(parameter, golden.get(parameter));
    }
    assertClose(at.forward(golden.get("x")), golden.get("y"), type, "output");
    assertClose(at.backward(golden.get("outer")), golden.get("dx"), type, "input's gradient");
    for (String parameter : List.of("W", "V", "b", "c")) {
      assertClose(at.gradient(parameter), golden.get("d" + parameter), type, parameter);
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
}
