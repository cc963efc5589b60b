package io.github.dl4jext.cpu;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.spi.Checks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Sets and measures the threads of OpenBLAS, which computes matrix products, and of OpenMP, which
 * ND4J uses for everything else. They are two pools, and on a small network each waits for the
 * other.
 *
 * <pre>{@code
 * try (CpuThreads threads = CpuThreads.calibrate(net, batch)) { // measures, and sets the best
 *   System.out.println(threads);
 *   net.fit(data, 10);
 * } // restores the numbers before
 * }</pre>
 *
 * <p>Both numbers apply to the whole program. ND4J uses no more threads of OpenMP than it was
 * loaded with.
 */
public final class CpuThreads implements AutoCloseable {

  /**
   * In each of these rounds, after one to warm up, every pair is timed; its shortest time counts.
   */
  private static final int ROUNDS = 5;

  /** A pair is timed for at least this long in a round, and for at least one step. */
  private static final long NANOSECONDS = 40_000_000;

  /**
   * Two numbers of threads, and the time of a step with them.
   *
   * @param blas threads of a matrix product
   * @param openMp threads of the other operations
   * @param ratio the time of a step, divided by its time with the numbers that were set before; NaN
   *     if it was not measured
   */
  public record Choice(int blas, int openMp, double ratio) {}

  private final Choice before;
  private final Choice chosen;
  private final List<Choice> measured;

  private CpuThreads(Choice before, Choice chosen, List<Choice> measured) {
    this.before = before;
    this.chosen = chosen;
    this.measured = measured;
  }

  private static Choice current() {
    CpuState state = CpuState.current();
    return new Choice(state.blasThreads(), state.openMpThreads(), Double.NaN);
  }

  private static void apply(Choice choice) {
    Nd4j.factory().blas().setMaxThreads(choice.blas);
    Nd4j.getEnvironment().setMaxMasterThreads(choice.openMp);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(choice.openMp);
  }

  /**
   * Sets both numbers.
   *
   * @param blas threads of a matrix product, at least 1
   * @param openMp threads of the other operations, at least 1 and at most as many as ND4J was
   *     loaded with: {@code OMP_NUM_THREADS}, else one for each processor
   * @return an object that restores the former numbers when it is closed
   * @throws IllegalArgumentException if one is out of range
   * @throws IllegalStateException if ND4J's backend is not a CPU
   */
  public static CpuThreads set(int blas, int openMp) {
    Choice before = current();
    int most = Nd4j.getEnvironment().maxThreads();
    Checks.of("cpu_threads")
        .that(blas >= 1, "blas", "at least 1", blas)
        .that(
            openMp >= 1 && openMp <= most,
            "openMp",
            "in [1, " + most + "], as ND4J was loaded with OMP_NUM_THREADS=" + most,
            openMp)
        .done();
    Choice chosen = new Choice(blas, openMp, Double.NaN);
    apply(chosen);
    return new CpuThreads(before, chosen, List.of());
  }

  /**
   * Measures the time of one step of training, and sets the best pair of numbers. It tries the
   * numbers that are set now, and each pair of one thread and the largest number: as many as there
   * are processors for BLAS, as many as ND4J was loaded with for OpenMP. The steps are those of a
   * copy without listeners, so that the network does not change, and neither does ND4J's random
   * generator. The measurement takes about a second, or up to 30 steps of a large network.
   *
   * @param model an initialised network
   * @param batch a batch of the size to train with
   * @return an object with the measured pairs, which restores the former numbers when it is closed
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException if ND4J's backend is not a CPU
   */
  public static CpuThreads calibrate(Model model, DataSet batch) {
    Objects.requireNonNull(model, "the network must not be null");
    Objects.requireNonNull(batch, "the batch must not be null");
    Choice before = current();
    List<Choice> candidates = candidates(before);
    long[] best = new long[candidates.size()];
    RandomState random = RandomState.current();
    try {
      Network copy = Network.of(NetworkCopy.from(model).build());
      copy.setListeners(List.of());
      for (int round = 0; round <= ROUNDS; round++) {
        for (int i = 0; i < best.length; i++) {
          apply(candidates.get(i));
          long time = step(copy, batch);
          // the first round warms up
          best[i] = round <= 1 ? time : Math.min(best[i], time);
        }
      }
    } finally {
      random.restore();
      apply(before);
    }
    List<Choice> measured = new ArrayList<>();
    for (int i = 0; i < best.length; i++) {
      Choice each = candidates.get(i);
      measured.add(new Choice(each.blas, each.openMp, (double) best[i] / best[0]));
    }
    Choice chosen = measured.stream().min(Comparator.comparingDouble(Choice::ratio)).orElseThrow();
    apply(chosen);
    return new CpuThreads(before, chosen, List.copyOf(measured));
  }

  /** The numbers that are set now come first, because the others are compared with them. */
  private static List<Choice> candidates(Choice before) {
    List<Choice> candidates = new ArrayList<>(List.of(before));
    for (int blas : counts(Runtime.getRuntime().availableProcessors())) {
      for (int openMp : counts(Nd4j.getEnvironment().maxThreads())) {
        if (blas != before.blas || openMp != before.openMp) {
          candidates.add(new Choice(blas, openMp, Double.NaN));
        }
      }
    }
    return candidates;
  }

  private static Set<Integer> counts(int most) {
    return new TreeSet<>(List.of(1, most));
  }

  /** The mean time of a step, over a round. */
  private static long step(Network network, DataSet batch) {
    long start = System.nanoTime();
    int steps = 0;
    long passed;
    do {
      network.fit(batch);
      steps++;
      passed = System.nanoTime() - start;
    } while (passed < NANOSECONDS);
    return passed / steps;
  }

  /**
   * Returns what is set.
   *
   * @return the numbers that this object has set
   */
  public Choice chosen() {
    return chosen;
  }

  /**
   * Returns what was measured.
   *
   * @return the pairs that were tried, first the one that was set before; empty if nothing was
   *     measured
   */
  public List<Choice> measured() {
    return measured;
  }

  /** Restores the numbers that were set before. */
  @Override
  public void close() {
    apply(before);
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder("BLAS  OpenMP  time of a step");
    for (Choice each : measured.isEmpty() ? List.of(chosen) : measured) {
      table
          .append(System.lineSeparator())
          .append("%4s  %6s  ".formatted(each.blas, each.openMp))
          .append(Double.isNaN(each.ratio) ? "not measured" : Math.round(each.ratio * 100) + " %")
          .append(each.equals(chosen) ? "  <- set" : "");
    }
    return table.toString();
  }
}
