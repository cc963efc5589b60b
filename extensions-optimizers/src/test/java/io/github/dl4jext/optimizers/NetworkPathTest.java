package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A real network in double goes, step by step, where the same network in PyTorch goes. */
class NetworkPathTest {

  private static final JsonNode FILE = read();

  private static JsonNode read() {
    try (InputStream in =
        NetworkPathTest.class.getResourceAsStream("/golden/optimizers-network.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static Stream<String> cases() {
    List<String> names = new ArrayList<>();
    FILE.get("cases").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void goesWherePyTorchGoes(String name) {
    JsonNode found = FILE.get("cases").get(name);
    MultiLayerNetwork net = new MultiLayerNetwork(optimizer(name, found).configure(conf()));
    net.init();
    net.setParams(vector(FILE.get("start")));
    DataSet data = data();
    Map<Integer, JsonNode> path =
        Map.of(
            1, found.get("params").get("1"),
            10, found.get("params").get("10"),
            100, found.get("params").get("100"));
    for (int t = 1; t <= 100; t++) {
      net.fit(data);
      if (path.containsKey(t)) {
        assertClose(t, vector(path.get(t)), net.params());
      }
    }
  }

  private static void assertClose(int t, INDArray expected, INDArray actual) {
    for (int i = 0; i < expected.length(); i++) {
      // Rounding grows: rmsprop, which steps by signs near a minimum, is 5e-9 off after 100 steps.
      double exact = expected.getDouble(i);
      assertThat(actual.getDouble(i))
          .as("step %d, parameter %d", t, i)
          .isCloseTo(exact, within(1e-7 * Math.abs(exact)));
    }
  }

  private static Optimizer optimizer(String name, JsonNode found) {
    return found.has("rates")
        ? new AdamW(schedule(found.get("rates")), 0.13).with(AdamW.BETA2, 0.995)
        : Plugins.installed().create(Optimizer.class, name);
  }

  private static ISchedule schedule(JsonNode rates) {
    MapSchedule.Builder builder = new MapSchedule.Builder(ScheduleType.ITERATION);
    for (int i = 0; i < rates.size(); i++) {
      builder.add(i, rates.get(i).asDouble());
    }
    return builder.build();
  }

  private static MultiLayerConfiguration conf() {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .list()
        .layer(new DenseLayer.Builder().nIn(5).nOut(6).build())
        .layer(new DenseLayer.Builder().nIn(6).nOut(4).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(4)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private static DataSet data() {
    JsonNode rows = FILE.get("x");
    INDArray features = Nd4j.create(DataType.DOUBLE, rows.size(), 5);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, rows.size(), 3);
    for (int i = 0; i < rows.size(); i++) {
      features.putRow(i, vector(rows.get(i)));
      labels.putScalar(i, FILE.get("y").get(i).asInt(), 1);
    }
    return new DataSet(features, labels);
  }

  private static INDArray vector(JsonNode numbers) {
    double[] values = new double[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).asDouble();
    }
    return Nd4j.createFromArray(values);
  }
}
