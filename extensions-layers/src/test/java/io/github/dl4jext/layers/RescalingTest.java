package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class RescalingTest extends LayerContract {

  @Override
  protected String spec() {
    return "rescaling(scale=2, offset=-0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("rescaling(scale=3, offset=-0.5)", "rescaling(scale=2, offset=0.5)");
  }

  @Test
  void givesTheNumbersOfItsDocumentation() {
    DataSet data = new DataSet(Nd4j.createFromArray(new int[][] {{0, 255}}), Nd4j.ones(1, 2));
    new Rescaling(1 / 127.5, -1).preProcessor().preProcess(data);
    assertThat(data.getFeatures().dup().data().asDouble())
        .containsExactly(new double[] {-1, 1}, within(1e-6));
    OneLayer at = new OneLayer(new Rescaling(3, 1), new long[] {1, 2}, false, DataType.DOUBLE);
    assertThat(at.forward(new double[] {1, 2})).containsExactly(4, 7);
    assertThat(at.backward(new double[] {1, 2})).containsExactly(3, 6);
  }

  @Test
  void leavesTheDataThatItWasGivenAsTheyWere() {
    DataSet data = new DataSet(Nd4j.ones(1, 2), Nd4j.ones(1, 2));
    org.nd4j.linalg.api.ndarray.INDArray given = data.getFeatures();
    new Rescaling(2).preProcessor().preProcess(data);
    assertThat(given.toDoubleVector()).containsOnly(1);
    assertThat(data.getFeatures().toDoubleVector()).containsOnly(2);
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> new Rescaling(Double.NaN))
        .hasMessageContaining("rescaling: scale must be a number");
  }
}
