package io.github.dl4jext.listeners;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.averaging.StochasticWeightAveraging;
import io.github.dl4jext.listeners.averaging.WeightAverage;
import io.github.dl4jext.listeners.averaging.WeightAverageContract;
import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.AroundTheStep;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

/** One set of listeners for networks that are trained at once, as ParallelWrapper's workers are. */
class SharedByThreadsTest {

  @Test
  void everyNetworkGetsWhatItWouldGetAlone() throws Exception {
    int threads = 3;
    ClipByGlobalNorm clip = new ClipByGlobalNorm(0.5);
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.9);
    StochasticWeightAveraging swa = new StochasticWeightAveraging(4, 2);
    TrainingListener[] shared = {
      new ClipByValue(1), new ClipByNorm(0.5), new AdaptiveClip(), clip, ema, swa
    };
    List<Model> networks = new ArrayList<>();
    List<Future<?>> runs = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int i = 0; i < threads; i++) {
        Model network = WeightAverageContract.normalized(i % 2 == 1, true);
        networks.add(network);
        AroundTheStep.listen(network, shared);
        int from = i;
        runs.add(pool.submit(() -> train(network, from)));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      pool.shutdown();
    }
    for (int i = 0; i < threads; i++) {
      Model alone = WeightAverageContract.normalized(i % 2 == 1, true);
      ClipByGlobalNorm ownClip = new ClipByGlobalNorm(0.5);
      ExponentialMovingAverage ownEma = new ExponentialMovingAverage(0.9);
      StochasticWeightAveraging ownSwa = new StochasticWeightAveraging(4, 2);
      AroundTheStep.listen(
          alone,
          new ClipByValue(1),
          new ClipByNorm(0.5),
          new AdaptiveClip(),
          ownClip,
          ownEma,
          ownSwa);
      train(alone, i);
      Model network = networks.get(i);
      assertThat(numbers(network.params())).isEqualTo(numbers(alone.params()));
      assertThat(clip.report(network)).isEqualTo(ownClip.report(alone));
      assertThat(clip.report(network).clippedSteps()).isPositive();
      for (WeightAverage[] pair : new WeightAverage[][] {{ema, ownEma}, {swa, ownSwa}}) {
        assertThat(numbers(WeightAverageContract.averaged(pair[0], network).params()))
            .isEqualTo(numbers(WeightAverageContract.averaged(pair[1], alone).params()));
      }
    }
  }

  /** Ten steps, in another order for each network. */
  private static void train(Model network, int from) {
    List<DataSet> batches = WeightAverageContract.batches();
    for (int step = 0; step < 10; step++) {
      AroundTheStep.fit(network, batches.get((from + step) % batches.size()));
    }
  }
}
