package io.github.dl4jext.transfer.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Contrastive divergence against loops, and what it learns of bars and stripes. */
class RestrictedBoltzmannMachineTest {

  private static final int SIDE = 3;
  static final int PIXELS = SIDE * SIDE;

  static DataSetIterator batches(INDArray features, int size) {
    return new ListDataSetIterator<>(new DataSet(features, features).asList(), size);
  }

  /** All pictures whose rows, or whose columns, are each of one colour: 14 of 512. */
  static INDArray barsAndStripes() {
    List<double[]> pictures = new ArrayList<>();
    for (int code = 0; code < 1 << SIDE; code++) {
      double[] rows = new double[PIXELS];
      double[] columns = new double[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        rows[i] = code >> (i / SIDE) & 1;
        columns[i] = code >> (i % SIDE) & 1;
      }
      pictures.add(rows);
      if (code != 0 && code != (1 << SIDE) - 1) {
        pictures.add(columns);
      }
    }
    return Nd4j.createFromArray(pictures.toArray(double[][]::new)).castTo(DataType.FLOAT);
  }

  /** How much of the whole probability these rows have: all 512 pictures are counted. */
  private static double probability(RestrictedBoltzmannMachine machine, INDArray rows) {
    float[][] all = new float[1 << PIXELS][PIXELS];
    for (int code = 0; code < all.length; code++) {
      for (int i = 0; i < PIXELS; i++) {
        all[code][i] = code >> i & 1;
      }
    }
    double[] every = machine.freeEnergy(Nd4j.createFromArray(all)).toDoubleVector();
    double[] those = machine.freeEnergy(rows).toDoubleVector();
    double total = 0;
    for (double energy : every) {
      total += Math.exp(-energy);
    }
    double part = 0;
    for (double energy : those) {
      part += Math.exp(-energy);
    }
    return part / total;
  }

  @Test
  void learnsBarsAndStripes() {
    INDArray pictures = barsAndStripes();
    RestrictedBoltzmannMachine machine =
        RestrictedBoltzmannMachine.builder(PIXELS, 12).learningRate(0.3).seed(1).build();
    double chance = 14.0 / 512;
    assertThat(probability(machine, pictures)).isCloseTo(chance, within(0.01));
    List<RestrictedBoltzmannMachine.Epoch> epochs = new ArrayList<>();

    machine.fit(batches(pictures, 14), 700, epochs::add);

    double learned = probability(machine, pictures);
    assertThat(learned).as("of the whole probability").isGreaterThan(10 * chance);
    assertThat(epochs).hasSize(700);
    assertThat(epochs.get(699).reconstructionError())
        .isLessThan(epochs.get(0).reconstructionError() / 2);

    INDArray samples =
        machine.sample(Nd4j.rand(DataType.FLOAT, 300, PIXELS).gt(0.5).castTo(DataType.FLOAT), 50);
    double found = 0;
    for (int i = 0; i < 300; i++) {
      for (int j = 0; j < 14; j++) {
        found += samples.getRow(i).equals(pictures.getRow(j)) ? 1 : 0;
      }
    }
    // four standard deviations of a share of 300 independent chains
    double tolerance = 4 * Math.sqrt(learned * (1 - learned) / 300);
    assertThat(found / 300).isCloseTo(learned, within(tolerance));
  }

  @Test
  void oneUpdateIsThatOfLoops() {
    int visible = 4;
    int hidden = 3;
    double rate = 0.2;
    double momentum = 0.6;
    double decay = 0.01;
    double[][] data = {{1, 0, 1, 1}, {0, 1, 0, 1}, {0.5, 1, 0, 0}};
    for (int k = 1; k <= 3; k++) {
      RestrictedBoltzmannMachine machine =
          RestrictedBoltzmannMachine.builder(visible, hidden)
              .learningRate(rate)
              .momentum(momentum)
              .weightDecay(decay)
              .steps(k)
              .seed(5)
              .build();
      Loops loops = new Loops(machine.weights(), 5);

      for (int step = 0; step < 20; step++) {
        machine.step(Nd4j.createFromArray(data).castTo(DataType.FLOAT));
        loops.step(data, k, rate, momentum, decay);
      }

      for (int i = 0; i < visible; i++) {
        for (int j = 0; j < hidden; j++) {
          assertThat(machine.weights().getDouble(i, j)).isCloseTo(loops.w[i][j], within(1e-5));
        }
        assertThat(machine.visibleBias().getDouble(i)).isCloseTo(loops.b[i], within(1e-5));
      }
      for (int j = 0; j < hidden; j++) {
        assertThat(machine.hiddenBias().getDouble(j)).isCloseTo(loops.c[j], within(1e-5));
      }
      assertThat(Math.abs(loops.w[0][0])).as("it moved").isGreaterThan(0.01);
    }
  }

  /** The same in double, number by number; only the random numbers are shared. */
  private static final class Loops {

    private final double[][] w;
    private final double[] b;
    private final double[] c;
    private final double[][] wStep;
    private final double[] bStep;
    private final double[] cStep;
    private final CounterRandom seeds;
    private long drawn = 1; // the first went into the weights

    Loops(INDArray weights, long seed) {
      w = weights.castTo(DataType.DOUBLE).toDoubleMatrix();
      b = new double[w.length];
      c = new double[w[0].length];
      wStep = new double[w.length][w[0].length];
      bStep = new double[w.length];
      cStep = new double[w[0].length];
      seeds = new CounterRandom(seed);
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    private double[][] up(double[][] v) {
      double[][] p = new double[v.length][c.length];
      for (int n = 0; n < v.length; n++) {
        for (int j = 0; j < c.length; j++) {
          double x = c[j];
          for (int i = 0; i < b.length; i++) {
            x += v[n][i] * w[i][j];
          }
          p[n][j] = sigmoid(x);
        }
      }
      return p;
    }

    private double[][] down(double[][] h) {
      double[][] p = new double[h.length][b.length];
      for (int n = 0; n < h.length; n++) {
        for (int i = 0; i < b.length; i++) {
          double x = b[i];
          for (int j = 0; j < c.length; j++) {
            x += h[n][j] * w[i][j];
          }
          p[n][i] = sigmoid(x);
        }
      }
      return p;
    }

    private double[][] states(double[][] p) {
      CounterRandom draws = new CounterRandom(seeds.bits(0, drawn++));
      double[][] s = new double[p.length][p[0].length];
      int at = 0;
      for (int n = 0; n < p.length; n++) {
        for (int i = 0; i < p[0].length; i++) {
          s[n][i] = draws.uniform(0, at++) < p[n][i] ? 1 : 0;
        }
      }
      return s;
    }

    void step(double[][] v0, int k, double rate, double momentum, double decay) {
      double[][] q0 = up(v0);
      double[][] v = v0;
      double[][] q = q0;
      for (int i = 0; i < k; i++) {
        v = states(down(states(q)));
        q = up(v);
      }
      int n = v0.length;
      for (int i = 0; i < b.length; i++) {
        for (int j = 0; j < c.length; j++) {
          double g = 0;
          for (int r = 0; r < n; r++) {
            g += (v0[r][i] * q0[r][j] - v[r][i] * q[r][j]) / n;
          }
          wStep[i][j] = momentum * wStep[i][j] + rate * (g - decay * w[i][j]);
        }
        double g = 0;
        for (int r = 0; r < n; r++) {
          g += (v0[r][i] - v[r][i]) / n;
        }
        bStep[i] = momentum * bStep[i] + rate * g;
        b[i] += bStep[i];
      }
      for (int j = 0; j < c.length; j++) {
        double g = 0;
        for (int r = 0; r < n; r++) {
          g += (q0[r][j] - q[r][j]) / n;
        }
        cStep[j] = momentum * cStep[j] + rate * g;
        c[j] += cStep[j];
      }
      for (int i = 0; i < b.length; i++) {
        for (int j = 0; j < c.length; j++) {
          w[i][j] += wStep[i][j];
        }
      }
    }
  }

  @Test
  void freeEnergyIsTheSumOverAllHiddenStates() {
    RestrictedBoltzmannMachine machine = RestrictedBoltzmannMachine.builder(4, 3).seed(2).build();
    double[][] data = {{1, 0, 1, 1}, {0, 1, 0, 1}};
    for (int i = 0; i < 30; i++) {
      machine.step(Nd4j.createFromArray(data).castTo(DataType.FLOAT));
    }
    double[][] w = machine.weights().castTo(DataType.DOUBLE).toDoubleMatrix();
    double[] b = machine.visibleBias().castTo(DataType.DOUBLE).reshape(-1).toDoubleVector();
    double[] c = machine.hiddenBias().castTo(DataType.DOUBLE).reshape(-1).toDoubleVector();
    for (double[] v : data) {
      double sum = 0;
      for (int h = 0; h < 8; h++) {
        double exponent = 0;
        for (int i = 0; i < 4; i++) {
          exponent += b[i] * v[i];
          for (int j = 0; j < 3; j++) {
            exponent += v[i] * w[i][j] * (h >> j & 1);
          }
        }
        for (int j = 0; j < 3; j++) {
          exponent += c[j] * (h >> j & 1);
        }
        sum += Math.exp(exponent);
      }
      INDArray row = Nd4j.createFromArray(new double[][] {v}).castTo(DataType.FLOAT);
      assertThat(machine.freeEnergy(row).getDouble(0)).isCloseTo(-Math.log(sum), within(1e-5));
    }
  }

  @Test
  void sameSeedSameWeights() {
    double[] first = trained(3).params().castTo(DataType.DOUBLE).toDoubleVector();
    Nd4j.getRandom().setSeed(999);
    assertThat(trained(3).params().castTo(DataType.DOUBLE).toDoubleVector()).isEqualTo(first);
    assertThat(trained(4).params().castTo(DataType.DOUBLE).toDoubleVector()).isNotEqualTo(first);
  }

  private static MultiLayerNetwork trained(long seed) {
    return RestrictedBoltzmannMachine.builder(PIXELS, 5)
        .seed(seed)
        .steps(2)
        .build()
        .fit(batches(barsAndStripes(), 5), 3, epoch -> {})
        .toNetwork();
  }

  @Test
  void becomesALayer() {
    RestrictedBoltzmannMachine machine = RestrictedBoltzmannMachine.builder(PIXELS, 5).build();
    INDArray pictures = barsAndStripes();
    machine.fit(batches(pictures, 7), 20, epoch -> {});

    MultiLayerNetwork layer = machine.toNetwork();

    assertThat(layer.output(pictures).equalsWithEps(machine.hiddenProbabilities(pictures), 1e-6))
        .isTrue();
  }

  @Test
  void badInput() {
    assertThatThrownBy(
            () ->
                RestrictedBoltzmannMachine.builder(0, 3)
                    .learningRate(Double.NaN)
                    .momentum(1)
                    .steps(0)
                    .build())
        .hasMessageContaining("restricted_boltzmann_machine: visible must be")
        .hasMessageContaining("learningRate must be a number in (0, inf), was NaN")
        .hasMessageContaining("momentum must be")
        .hasMessageContaining("steps must be");
    RestrictedBoltzmannMachine machine = RestrictedBoltzmannMachine.builder(PIXELS, 3).build();
    assertThatThrownBy(() -> machine.fit(batches(Nd4j.ones(4, 5), 2), 1, epoch -> {}))
        .hasMessageContaining("the data has 5 inputs, but it has 9 visible units");
    assertThatThrownBy(() -> machine.fit(batches(barsAndStripes().muli(2), 5), 1, epoch -> {}))
        .hasMessageContaining("batch 1: features must be in [0, 1], were in [0.0, 2.0]");
    INDArray broken = barsAndStripes();
    broken.putScalar(8, 2, Float.NaN);
    assertThatThrownBy(() -> machine.fit(batches(broken, 5), 1, epoch -> {}))
        .hasMessageContaining("batch 2: features must be finite");
  }
}
