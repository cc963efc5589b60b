package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Properties of every activation, for any numbers at all. */
class AnyInputTest {

  private static final List<IActivation> ALL =
      Plugins.installed().of(IActivation.class).stream()
          .map(Plugin::name)
          .filter(name -> !name.equals("softmax")) // DL4J's
          .map(name -> Plugins.installed().create(IActivation.class, name))
          .toList();

  @Property(tries = 200)
  void finiteNumbersGiveFiniteValuesAndSlopes(@ForAll @Size(min = 1, max = 40) float[] x) {
    float[] finite = finite(x);
    for (IActivation activation : ALL) {
      INDArray in = Nd4j.createFromArray(finite);
      assertFinite(activation, finite, activation.getActivation(in.dup(), false));
      assertFinite(activation, finite, activation.backprop(in, Nd4j.onesLike(in)).getFirst());
    }
  }

  @Property(tries = 100)
  void anElementDoesNotFeelItsNeighbours(@ForAll @Size(min = 2, max = 20) double[] x) {
    for (IActivation activation : ALL) {
      if (activation instanceof LogSoftmax) {
        continue; // it is of a row
      }
      double[] together = activation.getActivation(Nd4j.createFromArray(x), false).toDoubleVector();
      for (int i = 0; i < x.length; i++) {
        INDArray alone = activation.getActivation(Nd4j.createFromArray(new double[] {x[i]}), false);
        assertThat(alone.getDouble(0)).as("%s at %s", activation, x[i]).isEqualTo(together[i]);
      }
    }
  }

  private static float[] finite(float[] x) {
    float[] finite = Arrays.copyOf(x, x.length);
    for (int i = 0; i < finite.length; i++) {
      finite[i] = Float.isFinite(finite[i]) ? finite[i] : i;
    }
    return finite;
  }

  private static void assertFinite(IActivation activation, float[] x, INDArray result) {
    for (int i = 0; i < x.length; i++) {
      assertThat(result.getFloat(i)).as("%s at %s", activation, x[i]).isFinite();
    }
  }
}
