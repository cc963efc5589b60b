package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds for every dropout, at any rate and seed and for any numbers. */
class AnyDropoutTest {

  private static final List<Plugin<IDropout>> ALL = Plugins.installed().of(IDropout.class);

  private static IDropout of(Plugin<IDropout> plugin, double amount) {
    String name = plugin.parameters().get(0).name();
    return Plugins.installed().create(IDropout.class, plugin.name(), Map.of(name, amount));
  }

  private static INDArray forward(IDropout dropout, INDArray x, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @Property(tries = 100)
  void finiteNumbersStayFinite(
      @ForAll @DoubleRange(max = 0.99) double amount,
      @ForAll @LongRange(min = 1) long seed,
      @ForAll @Size(min = 8, max = 8) List<@DoubleRange(min = -1e30, max = 1e30) Double> numbers) {
    double[] x = numbers.stream().mapToDouble(Double::doubleValue).toArray();
    for (Plugin<IDropout> plugin : ALL) {
      IDropout dropout = of(plugin, amount);
      INDArray y = forward(dropout, Nd4j.createFromArray(x).reshape('c', 2, 2, 2), seed);
      INDArray e = Nd4j.createFromArray(x).reshape('c', 2, 2, 2);
      INDArray gradient = dropout.backprop(e, e, 0, 0);
      assertThat(Arrays.stream(y.reshape(8).toDoubleVector()).allMatch(Double::isFinite))
          .as("%s of %s", dropout, numbers)
          .isTrue();
      assertThat(Arrays.stream(gradient.reshape(8).toDoubleVector()).allMatch(Double::isFinite))
          .as("gradient of %s", dropout)
          .isTrue();
    }
  }

  @Property(tries = 100)
  void anExampleDoesNotFeelItsNeighbours(
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double amount,
      @ForAll @Size(min = 1, max = 5) List<Long> seeds,
      @ForAll @IntRange(max = 4) int chosen) {
    int row = chosen % seeds.size();
    long[] rowSeeds = seeds.stream().mapToLong(Long::longValue).toArray();
    for (Plugin<IDropout> plugin : ALL) {
      SeededNoise noise = (SeededNoise) of(plugin, amount);
      INDArray all = Nd4j.ones(DataType.DOUBLE, rowSeeds.length, 3, 2);
      noise.disturb(all, new CounterRandom(rowSeeds), 0, 0);
      INDArray alone = Nd4j.ones(DataType.DOUBLE, 1, 3, 2);
      noise.disturb(alone, new CounterRandom(rowSeeds[row]), 0, 0);
      double[] together = all.reshape(rowSeeds.length, 6).getRow(row).toDoubleVector();
      assertThat(together).as("%s", noise).isEqualTo(alone.reshape(6).toDoubleVector());
    }
  }
}
