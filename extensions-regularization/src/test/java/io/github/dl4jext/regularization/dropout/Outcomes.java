package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/** What PyTorch makes of an element, kept or dropped; golden/dropouts.py wrote it. */
final class Outcomes {

  private Outcomes() {}

  static void assertAgrees(String name, DoubleFunction<IDropout> ofRate, long... shape) {
    for (JsonNode row : read().get(name)) {
      INDArray x = Nd4j.valueArrayOf(shape, row.get("x").asDouble(), DataType.DOUBLE);
      Nd4j.getRandom().setSeed(1);
      ofRate
          .apply(row.get("rate").asDouble())
          .applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
      double kept = row.get("kept").asDouble();
      double dropped = row.get("dropped").asDouble();
      double[] wanted = {Math.min(kept, dropped), Math.max(kept, dropped)};
      double[] values = x.reshape(x.length()).toDoubleVector();
      double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
      assertThat(distinct).as("%s", row).hasSize(2).containsExactly(wanted, within(1e-12));
    }
  }

  private static JsonNode read() {
    try (InputStream in = Outcomes.class.getResourceAsStream("/golden/dropouts.json")) {
      return NeuralNetConfiguration.mapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
