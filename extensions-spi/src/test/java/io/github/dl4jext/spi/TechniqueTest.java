package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class TechniqueTest {

  private enum Form {
    PLAIN,
    FANCY
  }

  private static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("a rate");
  private static final Parameter<Integer> STEPS =
      Parameter.integer("steps").in("[1, inf)").orElse(5).doc("steps");
  private static final Parameter<Form> FORM =
      Parameter.choice("form", Form.class).orElse(Form.PLAIN).doc("form");
  private static final Parameter<Optional<Double>> LIMIT =
      Parameter.number("limit").optional().doc("limit");
  private static final Parameter<List<Double>> SCALES =
      Parameter.numbers("scales").orElse(List.of(1.0)).doc("scales");

  private static final Technique<Arguments> TECHNIQUE =
      Technique.of(Arguments.class, "thing")
          .summary("keeps what it is given")
          .from("https://example.org/thing")
          .alsoNamed("other")
          .alsoNamed("fancy_thing", FORM, Form.FANCY)
          .taking(RATE, STEPS, FORM, LIMIT, SCALES)
          .madeBy(arguments -> arguments);

  private static final ISchedule FALLING =
      new ExponentialSchedule(ScheduleType.ITERATION, 0.5, 0.9);

  private final ObjectMapper mapper = NeuralNetConfiguration.mapper();

  private static Arguments everything() {
    return TECHNIQUE.read(
        Arguments.of(RATE, FALLING)
            .with(STEPS, 7)
            .with(FORM, Form.FANCY)
            .with(LIMIT, Optional.of(2.5))
            .with(SCALES, List.of(1.0, 2.0)));
  }

  @Test
  void isWhatItDeclares() {
    assertThat(TECHNIQUE.kind()).isEqualTo(Arguments.class);
    assertThat(TECHNIQUE.name()).isEqualTo("thing");
    assertThat(TECHNIQUE.summary()).isEqualTo("keeps what it is given");
    assertThat(TECHNIQUE.reference()).hasToString("https://example.org/thing");
    assertThat(TECHNIQUE.aliases()).containsExactly("other", "fancy_thing");
    assertThat(TECHNIQUE.argumentsOf("fancy_thing")).hasToString("{form=FANCY}");
    assertThat(TECHNIQUE.argumentsOf("other")).isEmpty();
    assertThat(TECHNIQUE.parameters()).containsExactly(RATE, STEPS, FORM, LIMIT, SCALES);
    Technique<String> sourceless =
        Technique.of(String.class, "x").summary("x").madeBy(Arguments::toString);
    assertThatThrownBy(() -> new TechniqueProvider<>(sourceless) {}).hasMessage("x needs a source");
    assertThat(TECHNIQUE.part(String.class, STEPS).madeBy(a -> "s" + a.get(STEPS)))
        .returns("thing", Plugin::name)
        .returns(TECHNIQUE.summary(), Plugin::summary)
        .returns(TECHNIQUE.reference(), Plugin::reference)
        .returns("s5", part -> part.create(Arguments.none()));
  }

  @Test
  void aProviderIsTheTechnique() {
    Plugin<Arguments> provider = new TechniqueProvider<>(TECHNIQUE) {};
    assertThat(provider)
        .returns(TECHNIQUE.kind(), Plugin::kind)
        .returns(TECHNIQUE.name(), Plugin::name)
        .returns(TECHNIQUE.aliases(), Plugin::aliases)
        .returns(TECHNIQUE.summary(), Plugin::summary)
        .returns(TECHNIQUE.reference(), Plugin::reference)
        .returns(TECHNIQUE.parameters(), Plugin::parameters);
    assertThat(provider.argumentsOf("fancy_thing")).isEqualTo(TECHNIQUE.argumentsOf("fancy_thing"));
    assertThat(provider.create(everything())).isEqualTo(everything());
  }

  @Test
  void fillsInDefaultsAndTakesNumbersForRates() {
    Arguments read = TECHNIQUE.read(Arguments.of(RATE, 0.25));
    assertThat(read.get(RATE)).isEqualTo(new FixedSchedule(0.25));
    assertThat(read.get(STEPS)).isEqualTo(5);
    assertThat(read.get(FORM)).isEqualTo(Form.PLAIN);
    assertThat(read.get(LIMIT)).isEmpty();
    assertThat(read).hasToString("(rate=0.25, steps=5, form=plain, scales=[1.0])");
    assertThatThrownBy(TECHNIQUE::defaults)
        .hasMessage(
            "thing: rate must be a number in [0, 1) or an ISchedule or the spec of one, was not"
                + " given");
  }

  @Test
  void checksOnce() {
    Arguments read = everything();
    assertThat(TECHNIQUE.read(read)).isSameAs(read);
    assertThat(TECHNIQUE.create(read)).isSameAs(read);
    assertThat(read.without(Parameter.number("absent"))).isSameAs(read);
    assertThat(TECHNIQUE.read(read.with(STEPS, 7))).isNotSameAs(read).isEqualTo(read);
  }

  @Test
  void refusesWhatItCannotTake() {
    Arguments bad = everything().with(RATE, 1).with(STEPS, 0).with(Parameter.text("strange"), "x");
    assertThatThrownBy(() -> TECHNIQUE.read(bad))
        .isInstanceOfSatisfying(
            InvalidArgumentException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .anyMatch(p -> p.startsWith("thing: rate must be a number in [0, 1)"))
                    .contains("thing: steps must be a whole number in [1, inf), was 0")
                    .anyMatch(p -> p.startsWith("thing: strange must be one of its parameters")));
    assertThatThrownBy(() -> TECHNIQUE.check(STEPS, 0).check(FORM, null).done())
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "thing: steps must be a whole number in [1, inf), was 0",
                "thing: form must be one of plain, fancy, was null"));
  }

  @Test
  void giveNothingBeforeTheyAreRead() {
    assertThatThrownBy(() -> Arguments.of(STEPS, 5).get(STEPS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("(steps=5) must be read by their Technique");
    assertThatThrownBy(() -> everything().get(Parameter.text("absent")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("absent is read but not among the parameters");
  }

  @Test
  void splitsArguments() {
    Arguments steps = everything().only(STEPS);
    assertThat(steps).hasToString("(steps=7)").isEqualTo(Arguments.of(STEPS, 7));
    assertThat(everything().without(STEPS, SCALES, LIMIT).without(FORM))
        .isEqualTo(Arguments.of(RATE, FALLING));
  }

  @Test
  void survivesJson() throws JsonProcessingException {
    for (Arguments original : List.of(everything(), TECHNIQUE.read(Arguments.of(RATE, 0.25)))) {
      String json = mapper.writeValueAsString(original);
      Arguments read = TECHNIQUE.read(mapper.readValue(json, Arguments.class));
      assertThat(read).as(json).isEqualTo(original).hasSameHashCodeAs(original);
    }
    assertThat(mapper.readTree(mapper.writeValueAsString(TECHNIQUE.read(Arguments.of(RATE, 0.25)))))
        .hasToString("{\"rate\":0.25,\"steps\":5,\"form\":\"PLAIN\",\"scales\":[1.0]}");
  }

  @Test
  void refusesBadJsonInItsOwnWords() throws JsonProcessingException {
    Arguments read =
        mapper.readValue("{\"steps\": 2.5, \"form\": [], \"strange\": {}}", Arguments.class);
    assertThatThrownBy(() -> TECHNIQUE.read(read))
        .hasMessageContaining("thing: rate must be a number in [0, 1)")
        .hasMessageContaining("was not given")
        .hasMessageContaining(
            "thing: scales must be a list with at least one element, each a number in")
        .hasMessageContaining("thing: steps must be a whole number in [1, inf), was 2.5")
        .hasMessageContaining("thing: form must be one of plain, fancy, was []")
        .hasMessageContaining("thing: strange must be one of its parameters");
    Arguments noSchedule = mapper.readValue("{\"rate\": {\"a\": 1}}", Arguments.class);
    assertThatThrownBy(() -> TECHNIQUE.read(noSchedule))
        .hasMessageContaining("thing: rate must be a number in [0, 1)")
        .hasMessageContaining("{\"a\":1}");
  }

  @Test
  void survivesJavaSerializationAndIsCheckedAgain() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(everything());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Arguments arrived = (Arguments) in.readObject();
      assertThatThrownBy(() -> arrived.get(STEPS)).hasMessageContaining("must be read");
      assertThat(TECHNIQUE.read(arrived)).isEqualTo(everything());
    }
  }

  @Test
  void aParameterKnowsItsTypeAndDefault() {
    assertThat(RATE.type()).isEqualTo(ISchedule.class);
    assertThat(STEPS.type()).isEqualTo(Integer.class);
    assertThat(FORM.type()).isEqualTo(Form.class);
    assertThat(LIMIT.type()).isEqualTo(Double.class);
    assertThat(SCALES.type()).isEqualTo(List.class);
    assertThat(STEPS.defaultOf()).isEqualTo(5);
    assertThat(RATE.orElse(0.5).defaultOf()).isEqualTo(new FixedSchedule(0.5));
    assertThatThrownBy(RATE::defaultOf).hasMessage("rate has no default, it must be given");
    assertThatThrownBy(() -> STEPS.orElse(2.5))
        .hasMessage("the default of steps must be a whole number in [1, inf), was 2.5");
  }
}
