package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.dense;
import static io.github.dl4jext.network.TestNetworks.numbers;
import static io.github.dl4jext.network.TestNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.spi.ParameterName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ParameterMappingTest {

  private final Network stack = Network.of(TestNetworks.stack(DataType.DOUBLE));

  /** Another first layer and another head; the middle is that of the stack. */
  private final Network other =
      Network.of(
          TestNetworks.start(
              TestNetworks.base(DataType.DOUBLE)
                  .list()
                  .layer(dense(3, 6).name("first").build())
                  .layer(dense(6, 4).name("second").build())
                  .layer(output(4).name("head").build())
                  .build()));

  @Test
  void mapsByNameAndShape() {
    ParameterMapping mapping = ParameterMapping.between(stack.layout(), other.layout());
    assertThat(mapping.isIdentity()).isFalse();
    assertThat(mapping.isComplete()).isFalse();
    assertThat(mapping.carried())
        .extracting(ParameterName::toString)
        .containsExactly("first.b", "second.W", "second.b");
    assertThat(mapping.missing())
        .isEqualTo(
            Map.of(
                new ParameterName("first", "W"),
                "has shape [3, 6] instead of [5, 6]",
                new ParameterName("head", "W"),
                "is new",
                new ParameterName("head", "b"),
                "is new"));
    INDArray vector = stack.parameters();
    double[] untouched = numbers(other.parameters());
    INDArray mapped = mapping.map(vector, other.parameters());
    for (ParameterSlot slot : other.slots()) {
      boolean carried = mapping.carried().contains(slot.name());
      INDArray expected =
          carried
              ? stack.node(slot.node().name()).parameters().get(slot.parameter()).dup('f')
              : slot.value().dup('f');
      assertThat(numbers(slot.in(mapped)))
          .as(slot.name().toString())
          .isEqualTo(numbers(expected.reshape('f', new long[] {expected.length()})));
    }
    assertThat(numbers(other.parameters())).isEqualTo(untouched);
  }

  @Test
  void copiesWhereNothingHasChanged() {
    for (Model model : TestNetworks.zoo(DataType.FLOAT).values()) {
      Network network = Network.of(model);
      Network copy = Network.of(NetworkCopy.from(model).build());
      ParameterMapping mapping = ParameterMapping.between(network.layout(), copy.layout());
      assertThat(mapping.isIdentity()).isTrue();
      assertThat(mapping.isComplete()).isTrue();
      INDArray vector = network.parameters().dup();
      INDArray zeros = Nd4j.zerosLike(vector);
      INDArray mapped = mapping.map(vector, zeros);
      assertThat(numbers(mapped)).isEqualTo(numbers(vector));
      vector.assign(5);
      assertThat(numbers(mapped)).isNotEqualTo(numbers(vector));
    }
  }

  @Test
  void refusesVectorsOfAnotherLength() {
    ParameterMapping mapping = ParameterMapping.between(stack.layout(), other.layout());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapping.map(Nd4j.zeros(3), other.parameters()))
        .withMessage("the vector must have 103 elements, had 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapping.map(stack.parameters(), Nd4j.zeros(3)))
        .withMessage("the vector for what is missing must have 67 elements, had 3");
  }

  @Test
  void layoutsAreStored() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stack.layout());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(stack.layout());
    }
    assertThat(stack.layout().length()).isEqualTo(stack.parameters().length());
  }
}
