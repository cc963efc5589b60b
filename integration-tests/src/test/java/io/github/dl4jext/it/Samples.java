package io.github.dl4jext.it;

import io.github.dl4jext.testkit.fixtures.SmallNetworks;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** Something of each type that methods of ours take, as far as it can be made. */
final class Samples {

  private static final int DEEPEST = 3;

  private final Map<Class<?>, Optional<Object>> made = new HashMap<>();
  private final Set<Class<?>> underway = new HashSet<>();

  Samples(Path folder) {
    put(int.class, 1);
    put(long.class, 1L);
    put(double.class, 0.5);
    put(float.class, 0.5f);
    put(boolean.class, true);
    put(Integer.class, 1);
    put(Long.class, 1L);
    put(Double.class, 0.5);
    put(Boolean.class, true);
    put(String.class, "x");
    put(Object.class, "x");
    put(Path.class, folder.resolve("file"));
    put(List.class, List.of());
    put(Set.class, Set.of());
    put(Map.class, Map.of());
    put(Duration.class, Duration.ofSeconds(1));
    put(DataType.class, DataType.FLOAT);
    put(INDArray.class, Nd4j.ones(2, 2));
    put(MultiLayerNetwork.class, SmallNetworks.network(SmallNetworks.layers()));
    put(ComputationGraph.class, SmallNetworks.network(SmallNetworks.graph()));
    put(Model.class, SmallNetworks.network(SmallNetworks.layers()));
    put(MultiLayerConfiguration.class, SmallNetworks.layers());
    put(ComputationGraphConfiguration.class, SmallNetworks.graph());
    put(Layer.class, SmallNetworks.output());
    put(ISchedule.class, new FixedSchedule(0.5));
    put(IUpdater.class, new Sgd(0.5));
    put(IActivation.class, new ActivationTanH());
    put(ILossFunction.class, new LossMSE());
    put(Regularization.class, new L2Regularization(0.1));
    put(DataSet.class, SmallNetworks.data());
    put(DataSetIterator.class, new ListDataSetIterator<>(List.of(SmallNetworks.data()), 8));
    put(
        MultiDataSetIterator.class,
        new MultiDataSetIteratorAdapter(
            new ListDataSetIterator<>(List.of(SmallNetworks.data()), 8)));
    put(Class.class, IActivation.class);
    put(Appendable.class, new StringBuilder());
  }

  private void put(Class<?> type, Object sample) {
    made.put(type, Optional.of(sample));
  }

  /** Arguments of which one is null; empty if one of the others cannot be made. */
  Optional<Object[]> arguments(Executable call, int withoutThe) {
    Class<?>[] types = call.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (i != withoutThe) {
        Optional<?> sample = of(types[i]);
        if (sample.isEmpty()) {
          return Optional.empty();
        }
        arguments[i] = sample.get();
      }
    }
    return Optional.of(arguments);
  }

  Optional<Object> of(Class<?> type) {
    Optional<Object> known = made.get(type);
    if (known != null) {
      return known;
    }
    if (underway.size() > DEEPEST || !underway.add(type)) {
      return Optional.empty();
    }
    try {
      Optional<Object> sample = make(type);
      made.put(type, sample);
      return sample;
    } finally {
      underway.remove(type);
    }
  }

  private Optional<Object> make(Class<?> type) {
    if (type.isArray()) {
      return Optional.of(Array.newInstance(type.getComponentType(), 0));
    }
    if (type.isEnum()) {
      return Optional.of(type.getEnumConstants()[0]);
    }
    if (type.isInterface()
        && type.getMethods().length > 0
        && type.getName().startsWith("java.util.function")) {
      return Optional.of(
          java.lang.reflect.Proxy.newProxyInstance(
              type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> null));
    }
    for (Map.Entry<Class<?>, Optional<Object>> other : made.entrySet()) {
      if (other.getValue().isPresent()
          && type.isInstance(other.getValue().get())
          && type != Object.class) {
        return other.getValue();
      }
    }
    return firstOf(type);
  }

  private Optional<Object> firstOf(Class<?> type) {
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isStatic(method.getModifiers())
          && Modifier.isPublic(method.getModifiers())
          && type.isAssignableFrom(method.getReturnType())
          && !method.getName().startsWith("resume")) {
        Optional<Object> sample =
            arguments(method, -1).flatMap(a -> call(() -> method.invoke(null, a)));
        if (sample.isPresent()) {
          return sample;
        }
      }
    }
    if (!Modifier.isAbstract(type.getModifiers())) {
      for (Constructor<?> constructor : type.getConstructors()) {
        Optional<Object> sample =
            arguments(constructor, -1).flatMap(a -> call(() -> constructor.newInstance(a)));
        if (sample.isPresent()) {
          return sample;
        }
      }
    }
    return Optional.empty();
  }

  private interface Call {
    Object make() throws ReflectiveOperationException;
  }

  private static Optional<Object> call(Call call) {
    try {
      return Optional.ofNullable(call.make());
    } catch (ReflectiveOperationException | RuntimeException notSo) {
      return Optional.empty();
    }
  }
}
