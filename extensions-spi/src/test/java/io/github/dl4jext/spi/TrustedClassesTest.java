package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Point;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.StandardizeSerializerStrategy;
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
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(serialized(stored)))) {
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

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static byte[] header(String reader) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("CUSTOM");
    out.writeUTF(reader);
    return bytes.toByteArray();
  }

  private static void model(Path file, String entry, byte[] content) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
    }
  }

  @Test
  void aModelFileIsReadToItsObjects(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.zip");
    byte[] json =
        ("{\"activationFn\": {\"@class\": \"" + INTRUDER + "\"}}").getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> foreign =
        Map.of(
            "configuration.json", json,
            "preprocessor.bin", serialized(new Point()),
            "normalizer.bin", header(INTRUDER),
            "objects/stopping", serialized(List.of(new Point())));
    for (Map.Entry<String, byte[]> part : foreign.entrySet()) {
      model(file, part.getKey(), part.getValue());
      assertThatThrownBy(() -> TrustedClasses.requireIn(file))
          .as(part.getKey())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file + " must not be loaded: in " + part.getKey())
          .hasMessageContaining("a stored class must be one of DL4J or ND4J");
    }
    model(file, "normalizer.bin", serialized(new Point()));
    assertThatThrownBy(() -> TrustedClasses.requireIn(file)).hasMessageContaining("java.awt.Point");
    assertThat(INITIALISED).isFalse();
    Map<String, byte[]> fine =
        Map.of(
            "configuration.json", "{}".getBytes(StandardCharsets.UTF_8),
            "preprocessor.bin", serialized(new FixedSchedule(0.5)),
            "objects/list", serialized(List.of(1, 2)),
            "normalizer.bin", header(StandardizeSerializerStrategy.class.getName()));
    for (Map.Entry<String, byte[]> part : fine.entrySet()) {
      model(file, part.getKey(), part.getValue());
      assertThatCode(() -> TrustedClasses.requireIn(file)).doesNotThrowAnyException();
    }
  }
}
