package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PerModelStateTest {

  private final AtomicInteger made = new AtomicInteger();
  private final PerModelState<String> memory =
      new PerModelState<>(model -> "m" + made.incrementAndGet());

  private static Model network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    net.init();
    return net;
  }

  @Test
  void equalNetworksAreTwo() {
    Model one = network();
    Model other = network();
    assertThat(one).isEqualTo(other);
    assertThat(memory.find(one)).isEmpty();
    assertThat(memory.of(one)).isEqualTo("m1");
    assertThat(memory.of(other)).isEqualTo("m2");
    assertThat(memory.of(one)).isEqualTo("m1");
    assertThat(memory.find(other)).contains("m2");
    assertThat(memory.all()).containsExactly("m1", "m2");
  }

  @Test
  void whatToBeginWithMayDependOnTheNetwork() {
    Model net = network();
    assertThat(new PerModelState<Long>(Model::numParams).of(net)).isEqualTo(6);
  }

  @Test
  void refusesNothing() {
    assertThatThrownBy(() -> memory.find(null)).hasMessage("no network given");
    assertThatThrownBy(() -> memory.of(null)).hasMessage("no network given");
    assertThatThrownBy(() -> new PerModelState<>(null)).hasMessage("nothing to begin with");
    Model net = network();
    PerModelState<String> wrong = new PerModelState<>(model -> null);
    assertThatThrownBy(() -> wrong.of(net)).hasMessage("nothing to begin with");
    assertThat(wrong.all()).isEmpty();
  }

  @Test
  @Timeout(60)
  void forgetsWithTheNetwork() throws InterruptedException {
    Model kept = network();
    memory.of(kept);
    WeakReference<Model> gone = new WeakReference<>(network());
    memory.of(gone.get());
    while (!gone.refersTo(null)) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(memory.all()).containsExactly("m1");
    assertThat(memory.find(kept)).contains("m1");
  }

  @Test
  void threadsThatShareANetworkShareTheMemory() throws Exception {
    Model net = network();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<String>> all =
          IntStream.range(0, 100).mapToObj(i -> pool.submit(() -> memory.of(net))).toList();
      for (Future<String> one : all) {
        assertThat(one.get()).isEqualTo("m1");
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
