package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.HostMemory;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.UnitNorms;
import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.regularization.dropout.SeededNoise;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import io.github.dl4jext.transfer.features.FeatureCache;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A backend with a memory of its own is asked for numbers before they are read on the host, and
 * told of those that were written there. That nothing goes past the one class that does so is a
 * rule of {@link ArchitectureTest}.
 */
class DirectMemoryTest {

  private static final List<DataType> TYPES = List.of(DataType.FLOAT, DataType.DOUBLE);

  /** By address, as a view has a buffer object of its own. */
  private final Set<Long> fetched = new HashSet<>();

  private final Set<Long> written = new HashSet<>();
  private int writes;

  private AffinityManager real;

  @TempDir private Path folder;

  private static Field field() throws ReflectiveOperationException {
    Field field = Nd4j.class.getDeclaredField("affinityManager");
    field.setAccessible(true);
    return field;
  }

  @BeforeEach
  void record() throws ReflectiveOperationException {
    real = Nd4j.getAffinityManager();
    Object recorder =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {AffinityManager.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("ensureLocation")) {
                fetched.add(HostMemory.address((INDArray) arguments[0]));
              } else if (method.getName().equals("tagLocation")) {
                long memory =
                    arguments[0] instanceof INDArray array
                        ? HostMemory.address(array)
                        : ((DataBuffer) arguments[0]).address();
                assertThat(fetched).as("written without having been fetched").contains(memory);
                written.add(memory);
                writes++;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    field().set(null, recorder);
  }

  @AfterEach
  void asItWas() throws ReflectiveOperationException {
    field().set(null, real);
  }

  static Stream<Arguments> activations() {
    return of(IActivation.class);
  }

  static Stream<Arguments> dropouts() {
    return of(IDropout.class);
  }

  private static Stream<Arguments> of(Class<?> kind) {
    return Plugins.installed().all().stream()
        .filter(plugin -> plugin.kind() == kind)
        .map(Plugin::name)
        .flatMap(name -> TYPES.stream().map(type -> Arguments.of(name, type)));
  }

  /** Whether it is Java that has written an activation, or an operation of the backend. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource
  void activations(String name, DataType type) {
    IActivation activation = Plugins.installed().create(IActivation.class, name);
    INDArray input = Nd4j.linspace(DataType.DOUBLE, -3, 0.25, 24).castTo(type).reshape('c', 4, 6);
    INDArray output = activation.getActivation(input.dup(), true);
    activation.backprop(input.dup(), Nd4j.ones(type, 4, 6));
    assertThat(fetched.containsAll(written)).isTrue();
    if (fetched.contains(HostMemory.address(output))) {
      assertThat(written).contains(HostMemory.address(output));
    }
  }

  /** In training ND4J draws the noise; Monte-Carlo dropout draws it by counters, in Java. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource
  void dropouts(String name, DataType type) {
    SeededNoise dropout = (SeededNoise) Plugins.installed().create(IDropout.class, name + "(0.5)");
    dropout.disturb(Nd4j.ones(type, 4, 6, 5), new CounterRandom(1, 2, 3, 4), 0, 0);
    assertThat(written).isEqualTo(fetched);
    assertThat(writes > 0).isEqualTo(!name.startsWith("gaussian"));
  }

  /** Those that compute in Java. */
  static Stream<Arguments> layers() {
    return Stream.of("layer_norm", "rms_norm", "group_norm(2)", "resizing(height=3, width=5)")
        .flatMap(spec -> TYPES.stream().map(type -> Arguments.of(spec, type)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource
  void layers(String spec, DataType type) {
    Layer conf = Plugins.installed().create(Layer.class, spec);
    conf.setNIn(InputType.convolutional(4, 4, 6), true);
    long length = conf.initializer().numParams(conf);
    org.deeplearning4j.nn.api.Layer layer =
        conf.instantiate(
            new NeuralNetConfiguration.Builder().layer(conf).build(),
            List.of(),
            0,
            length == 0 ? null : Nd4j.create(type, length),
            true,
            type);
    INDArray gradients = Nd4j.create(type, Math.max(1, length));
    if (length > 0) {
      layer.setBackpropGradientsViewArray(gradients);
    }
    INDArray input = Nd4j.rand(type, 2, 6, 4, 4);
    INDArray output = layer.activate(input, true, LayerWorkspaceMgr.noWorkspaces());
    INDArray inner =
        layer
            .backpropGradient(Nd4j.ones(type, output.shape()), LayerWorkspaceMgr.noWorkspaces())
            .getSecond();
    assertThat(fetched).contains(HostMemory.address(input)).containsAll(written);
    assertThat(written)
        .contains(HostMemory.address(output), HostMemory.address(inner))
        .doesNotContain(HostMemory.address(input));
    assertThat(written.contains(HostMemory.address(gradients))).isEqualTo(length > 0);
  }

  @Test
  void normsAreReadOnly() {
    for (DataType type : TYPES) {
      INDArray weights = Nd4j.rand(type, 7, 5);
      assertThat(new UnitNorms(weights, 1).norms()).hasSize(7);
      assertThat(fetched).contains(HostMemory.address(weights));
      assertThat(written).doesNotContain(HostMemory.address(weights));
    }
  }

  @ParameterizedTest
  @EnumSource
  void featuresFromAFileAreTold(Type type) {
    Model model = Trainings.network(type, Trainings.base(new Sgd(0.1)));
    Model frozen = Freezing.freeze(model, LayerSelector.named("first"));
    FeatureCache.in(folder).fit(frozen, Trainings.batches(0, 3), 2);
    assertThat(writes).isGreaterThanOrEqualTo(3);
  }
}
