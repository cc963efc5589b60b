package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Point;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.core.JsonProcessingException;

class TrustedClassesTest {

  private static final AtomicBoolean INITIALISED = new AtomicBoolean();

  /** A class that a file names, and whose code runs as soon as it is initialised. */
  static final class Intruder {
    static {
      INITIALISED.set(true);
    }
  }

  static final class OwnSchedule implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return 0.25;
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  private static final String INTRUDER = TrustedClassesTest.class.getName() + "$Intruder";

  private static final Parameter<ISchedule> RATE = Parameter.rate("rate").doc("a rate");
  private static final Technique<Arguments> TECHNIQUE =
      Technique.of(Arguments.class, "thing").taking(RATE).madeBy(arguments -> arguments);

  private static void read(String json) throws JsonProcessingException {
    TECHNIQUE.read(NeuralNetConfiguration.mapper().readValue(json, Arguments.class));
  }

  @Test
  void aForeignClassInJsonIsNotEvenInitialised() {
    for (String json :
        List.of(
            "{\"rate\": {\"@class\": \"" + INTRUDER + "\"}}",
            "{\"rate\": {\"@class\": \"org.nd4j.linalg.schedule.FixedSchedule\", \"value\":"
                + " {\"@class\": \""
                + INTRUDER
                + "\"}}}",
            "{\"rate\": {\"@class\": \"java.util.HashMap<" + INTRUDER + ",java.lang.String>\"}}")) {
      assertThatThrownBy(() -> read(json))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a stored class must be one of DL4J or ND4J");
      assertThatThrownBy(() -> TrustedClasses.requireIn(json))
          .hasMessageContaining("a stored class must be one of");
    }
    assertThat(INITIALISED).isFalse();
  }

  @Test
  void ownClassesThatExtendDl4jPass() {
    String own = "{\"rate\": {\"@class\": \"" + OwnSchedule.class.getName() + "\"}}";
    assertThatCode(() -> read(own)).doesNotThrowAnyException();
    assertThatCode(() -> TrustedClasses.requireIn(own)).doesNotThrowAnyException();
    assertThatThrownBy(() -> TrustedClasses.requireIn("{"))
        .hasMessageStartingWith("the configuration must be JSON");
  }

  private static Object copied(Object stored) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stored);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(TrustedClasses.filter());
      return in.readObject();
    }
  }

  @Test
  void theFilterLetsValuesPassAndNothingElse() throws IOException, ClassNotFoundException {
    List<Object> values =
        List.of(1, "x", 2.5, Map.of("a", List.of(1)), new double[] {1}, new FixedSchedule(0.5));
    assertThat((List<?>) copied(values)).hasSameSizeAs(values);
    assertThat(copied(TECHNIQUE.read(Arguments.of(RATE, 0.5)))).isInstanceOf(Arguments.class);
    assertThat(copied(new Object[] {Optional.class.getName()})).isNotNull();
    for (Object foreign : List.of(new Point(), List.of(new Point()), Map.of(1, new Point()))) {
      assertThatThrownBy(() -> copied(foreign)).isInstanceOf(InvalidClassException.class);
    }
  }
}
