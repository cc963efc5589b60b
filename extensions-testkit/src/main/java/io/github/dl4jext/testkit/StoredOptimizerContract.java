package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Tests that an optimizer's parts can be saved with the model by DL4J: the updater and the
 * regularizations are values, survive JSON and Java serialization, and refuse bad JSON with a
 * message that names the mistake. {@link OptimizerContract} extends this class.
 */
public abstract class StoredOptimizerContract extends PluginContract<Optimizer> {

  StoredOptimizerContract() {}

  @Override
  protected final Class<Optimizer> kind() {
    return Optimizer.class;
  }

  private List<String> allSpecs() {
    List<String> specs = new ArrayList<>(otherSpecs());
    specs.add(spec());
    return specs;
  }

  private static Optimizer create(String spec) {
    return Plugins.installed().create(Optimizer.class, spec);
  }

  /** Returns the parts of an optimizer that DL4J stores. */
  private static List<Object> parts(Optimizer optimizer) {
    List<Object> parts = new ArrayList<>(optimizer.regularizations());
    parts.add(optimizer.updater());
    return parts;
  }

  private static Class<?> host(Object part) {
    return part instanceof IUpdater ? IUpdater.class : Regularization.class;
  }

  @Test
  final void isAValue() {
    Optimizer one = create();
    assertThat(one).isEqualTo(create()).hasSameHashCodeAs(create()).isNotEqualTo(null);
    assertThat(one.equals(new Object())).isFalse();
    assertThat(parts(one)).isEqualTo(parts(create()));
    for (String spec : otherSpecs()) {
      assertThat(create(spec)).as(spec).isNotEqualTo(one);
      assertThat(parts(create(spec))).as("stored parts of %s", spec).isNotEqualTo(parts(one));
    }
  }

  @Test
  final void clonesAreEqualAndIndependent() {
    IUpdater updater = create().updater();
    IUpdater clone = updater.clone();
    assertThat(clone).isEqualTo(updater).hasSameHashCodeAs(updater).isNotSameAs(updater);
    clone.setLrAndSchedule(0.123456, null);
    assertThat(clone).isNotEqualTo(updater);
    assertThat(updater).isEqualTo(create().updater());
    for (Regularization part : create().regularizations()) {
      assertThat(part.clone()).isEqualTo(part).hasSameHashCodeAs(part);
    }
  }

  @Test
  final void survivesJson() throws JsonProcessingException {
    ObjectMapper mapper = StoredPluginContract.mapper();
    for (String spec : allSpecs()) {
      for (Object part : parts(create(spec))) {
        Object read = mapper.readValue(mapper.writeValueAsString(part), host(part));
        assertThat(read).as(spec).isEqualTo(part).hasSameHashCodeAs(part);
        assertThat(read).as(spec).hasToString(part.toString());
      }
    }
  }

  @Test
  final void refusesBadJson() throws JsonProcessingException {
    for (Object part : parts(create())) {
      BadJson.assertRefused(plugin(), host(part), part);
    }
  }

  @Test
  final void survivesJavaSerialization() throws IOException, ClassNotFoundException {
    for (Object part : parts(create())) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(part);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertThat(in.readObject()).isEqualTo(part);
      }
    }
  }
}
