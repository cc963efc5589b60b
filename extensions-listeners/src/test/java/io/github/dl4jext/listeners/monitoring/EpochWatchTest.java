package io.github.dl4jext.listeners.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

class EpochWatchTest {

  private final EpochWatch watch = new EpochWatch("plugin", "it does nothing");
  private final MultiLayerNetwork first = network();
  private final MultiLayerNetwork second = network();

  @Test
  void twoWorkersOutsideOfAnEpochAreWarnedOf() throws InterruptedException {
    watch.step(first);
    watch.step(first);
    assertThat(watch.warned()).isFalse();
    inAnotherThread(() -> watch.step(second));
    assertThat(watch.warned()).isTrue();
  }

  @Test
  void withinAnEpochAllIsWell() throws InterruptedException {
    watch.begin();
    watch.step(first);
    inAnotherThread(() -> watch.step(second));
    watch.end();
    inAnotherThread(() -> watch.step(second));
    assertThat(watch.warned()).isFalse();
  }

  @Test
  void stepsByHandAreNoWorkers() throws InterruptedException {
    watch.step(first);
    watch.step(second);
    inAnotherThread(() -> watch.step(first));
    assertThat(watch.warned()).isFalse();
  }

  private static void inAnotherThread(Runnable step) throws InterruptedException {
    Thread worker = new Thread(step);
    worker.start();
    worker.join();
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(1).nOut(2).build())
                .build());
    net.init();
    return net;
  }
}
