package io.github.dl4jext.regularization.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class PruningMaskTest {

  private static final ObjectMapper MAPPER = NeuralNetConfiguration.mapper();
  private static final double[] BITS = {1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0};

  private static PruningMask mask() {
    return PruningMask.of("W", Nd4j.createFromArray(BITS).reshape('c', 3, 4));
  }

  @Test
  void comesBackFromJsonAndFromAClone() throws JsonProcessingException {
    PruningMask mask = mask();
    String json = MAPPER.writeValueAsString(mask);
    for (LayerConstraint other :
        List.of(mask.clone(), MAPPER.readValue(json, LayerConstraint.class))) {
      assertThat(other).isEqualTo(mask).hasSameHashCodeAs(mask);
      assertThat(other.getParams()).containsExactly("W");
      assertThat(PruningMask.numbers(((PruningMask) other).toArray())).isEqualTo(BITS);
    }
    assertThat(mask.pruned()).isEqualTo(7);
    assertThat(mask)
        .isNotEqualTo(PruningMask.of("W", Nd4j.createFromArray(BITS).reshape('c', 4, 3)))
        .isNotEqualTo(PruningMask.of("b", Nd4j.createFromArray(BITS).reshape('c', 3, 4)));
  }

  @Test
  void isLaidOnWhateverTheOrderOfTheMemory() {
    for (char order : new char[] {'c', 'f'}) {
      INDArray array = Nd4j.ones(3, 4).dup(order);
      mask().hold(array);
      assertThat(PruningMask.numbers(array)).isEqualTo(BITS);
    }
  }

  /** Every text that is damaged, cut, too long or too short is refused by its name. */
  @Test
  void nonsenseIsRefused() throws JsonProcessingException {
    String json = MAPPER.writeValueAsString(mask());
    String kept = json.replaceAll("(?s).*\"kept\"\\s*:\\s*\"([^\"]*)\".*", "$1");
    assertThat(kept).isNotEqualTo(json);
    List<String> bad =
        new ArrayList<>(List.of("", "*", kept.substring(4), deflated(3), deflated(1 << 20)));
    byte[] bytes = Base64.getDecoder().decode(kept);
    bytes[bytes.length - 1]++;
    bad.add(Base64.getEncoder().encodeToString(bytes));
    bad.add(Base64.getEncoder().encodeToString(new byte[100]));
    for (String text : bad) {
      assertThatThrownBy(() -> MAPPER.readValue(json.replace(kept, text), LayerConstraint.class))
          .as(text)
          .hasMessageContaining("pruning_mask: kept must be the bits of 12 elements");
    }
    for (String shape : List.of("[]", "[0,4]", "[3,-4]", "null", "[3.5,4]")) {
      String changed = json.replaceAll("(?s)\"shape\"\\s*:\\s*\\[[^]]*]", "\"shape\":" + shape);
      assertThat(changed).isNotEqualTo(json);
      assertThatThrownBy(() -> MAPPER.readValue(changed, LayerConstraint.class))
          .as(shape)
          .hasMessageContaining("pruning_mask: shape must be ");
    }
    String huge = json.replaceAll("(?s)\"shape\"\\s*:\\s*\\[[^]]*]", "\"shape\":[2147483647,9]");
    assertThatThrownBy(() -> MAPPER.readValue(huge, LayerConstraint.class))
        .hasMessageContaining("pruning_mask: kept must be ");
  }

  private static String deflated(int bytes) {
    Deflater deflater = new Deflater();
    byte[] ones = new byte[bytes];
    Arrays.fill(ones, (byte) -1);
    deflater.setInput(ones);
    deflater.finish();
    byte[] out = new byte[bytes + 100];
    int length = deflater.deflate(out);
    deflater.end();
    return Base64.getEncoder().encodeToString(Arrays.copyOf(out, length));
  }

  @Test
  void isOfOneParameter() {
    mask().setParams(Set.of("W"));
    assertThatThrownBy(() -> mask().setParams(Set.of("W", "RW")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a pruning mask is of one parameter, W");
  }
}
