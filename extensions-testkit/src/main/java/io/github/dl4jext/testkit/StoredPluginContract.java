package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Plugins;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Tests a plugin whose products DL4J saves with the model, in addition to {@link PluginContract}:
 * what it makes is a value (equals, hashCode), survives JSON and Java serialization, and refuses
 * bad JSON with a message that names the mistake.
 *
 * @param <T> the kind, which is the type that the plugin makes
 */
public abstract class StoredPluginContract<T> extends PluginContract<T> {

  @Test
  final void isAValue() {
    T one = create();
    assertThat(one).isEqualTo(create()).hasSameHashCodeAs(create()).isNotEqualTo(null);
    assertThat(one.equals(new Object())).isFalse();
    for (String spec : otherSpecs()) {
      assertThat(Plugins.installed().create(kind(), spec)).as(spec).isNotEqualTo(one);
    }
  }

  @Test
  final void survivesJson() throws JsonProcessingException {
    List<String> specs = new ArrayList<>(otherSpecs());
    specs.add(spec());
    for (String spec : specs) {
      T original = Plugins.installed().create(kind(), spec);
      T read = mapper().readValue(mapper().writeValueAsString(original), kind());
      assertThat(read).as(spec).isEqualTo(original).hasSameHashCodeAs(original);
    }
  }

  @Test
  final void refusesBadJson() throws JsonProcessingException {
    BadJson.assertRefused(plugin(), kind(), create());
  }

  @Test
  final void survivesJavaSerialization() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(create());
    }
    try (ObjectInputStream in = new PluginInputStream(bytes.toByteArray())) {
      assertThat(in.readObject()).isEqualTo(create());
    }
  }

  @Override
  final void assertAlike(T one, T other) {
    super.assertAlike(one, other);
    assertThat(one).isEqualTo(other);
  }

  /** Returns DL4J's own mapper, with which models are saved. */
  static ObjectMapper mapper() {
    return NeuralNetConfiguration.mapper();
  }

  /** Looks for classes in the plugin's class loader, which may differ from that of this suite. */
  private final class PluginInputStream extends ObjectInputStream {

    PluginInputStream(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        ClassLoader loader = plugin().getClass().getClassLoader();
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException primitiveOrForeign) {
        return super.resolveClass(description);
      }
    }
  }
}
