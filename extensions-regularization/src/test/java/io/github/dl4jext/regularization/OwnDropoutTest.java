package io.github.dl4jext.regularization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.regularization.dropout.ActivationNoise;
import io.github.dl4jext.regularization.dropout.DropoutFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A dropout is written against public classes, in another package than ours. */
class OwnDropoutTest {

  /** Changes the sign of a share of the elements. */
  public static final class SignFlip extends ActivationNoise {

    private static final long serialVersionUID = 1L;

    static final Parameter<ISchedule> RATE =
        Parameter.rate("rate").in("[0, 1)").doc("share of the elements whose sign changes");

    private static final Technique<IDropout> TECHNIQUE =
        Technique.of(IDropout.class, "sign_flip")
            .summary("changes signs")
            .from("https://example.org")
            .taking(RATE)
            .madeBy(SignFlip::new);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    SignFlip(Arguments arguments) {
      super(TECHNIQUE, RATE, arguments);
    }

    @Override
    protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
      return DropoutFormula.times(draws.bernoulli(type, 1 - rate, shape).muli(2).subi(1));
    }
  }

  private final SignFlip flip = new SignFlip(Arguments.of(SignFlip.RATE, 0.25));

  @Test
  void itsGradientHasTheNoiseOfItsForwardPass() {
    INDArray ones = Nd4j.ones(100, 100);
    INDArray forward =
        flip.applyDropout(ones.dup(), ones.dup(), 0, 0, LayerWorkspaceMgr.noWorkspaces());
    INDArray backward = flip.backprop(ones.dup(), ones.dup(), 0, 0);
    assertThat(backward).isEqualTo(forward);
    assertThat(forward.meanNumber().doubleValue()).isBetween(0.45, 0.55);
  }

  @Test
  void itIsAValueThatIsSavedAndChecked()
      throws JsonProcessingException, IOException, ClassNotFoundException {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    String json = mapper.writeValueAsString(flip);
    assertThat(json)
        .isEqualToIgnoringWhitespace(
            "{\"@class\":\"" + SignFlip.class.getName() + "\",\"rate\":0.25}");
    assertThat(mapper.readValue(json, IDropout.class)).isEqualTo(flip).isNotSameAs(flip);
    assertThatThrownBy(() -> mapper.readValue(json.replace("0.25", "1.5"), IDropout.class))
        .rootCause()
        .hasMessageContaining("sign_flip: rate must be")
        .hasMessageContaining("was 1.5");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(flip);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(flip);
    }
    assertThat(flip).hasToString("SignFlip(rate=0.25)").isEqualTo(flip.clone());
  }
}
