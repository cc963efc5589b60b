package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** What a training that ended early leaves to its caller. */
class UnfinishedTrainingTest {

  private static final class Stopping extends BaseTrainingListener implements StopsTraining {

    private boolean stopped;

    @Override
    public boolean stopped() {
      return stopped;
    }
  }

  @Test
  void anExceptionCarriesTheFirstNetworkThatItWasGiven() {
    Model first = TestNetworks.stack(DataType.DOUBLE);
    Model second = TestNetworks.stack(DataType.DOUBLE);
    IllegalStateException ended = new IllegalStateException("diverged");
    assertThat(UnfinishedTraining.networkOf(ended)).isEmpty();

    UnfinishedTraining.addTo(ended, first);
    UnfinishedTraining.addTo(ended, second);

    assertThat(UnfinishedTraining.networkOf(ended).orElseThrow()).isSameAs(first);
    assertThat(ended).hasMessage("diverged");
    assertThat(ended.getSuppressed()).hasSize(1);
  }

  @Test
  void anyListenerMayStopATraining() {
    Network network = Network.of(TestNetworks.stack(DataType.DOUBLE));
    Stopping stopping = new Stopping();
    assertThat(StopsTraining.isWantedBy(network)).isFalse();
    network.setListeners(java.util.List.of(new BaseTrainingListener() {}, stopping));
    assertThat(StopsTraining.isWantedBy(network)).isFalse();
    stopping.stopped = true;
    assertThat(StopsTraining.isWantedBy(network)).isTrue();
  }
}
