package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class PerModelStateTest {

  private final AtomicInteger made = new AtomicInteger();
  private final PerModelState<int[]> states =
      new PerModelState<>(model -> new int[] {made.incrementAndGet()});
  private final Model first = TestNetworks.stack(DataType.FLOAT);
  private final Model second = TestNetworks.stack(DataType.FLOAT);

  @Test
  void tellsEqualNetworksApart() {
    assertThat(first).isEqualTo(second);
    assertThat(states.find(first)).isEmpty();
    assertThat(states.of(first)).isSameAs(states.of(first)).containsExactly(1);
    assertThat(states.of(second)).containsExactly(2);
    assertThat(states.find(second)).isPresent();
    assertThat(states.all()).hasSize(2);
    states.put(first, new int[] {9});
    assertThat(states.of(first)).containsExactly(9);
    assertThat(states.all()).hasSize(2);
  }

  @Test
  void followsATraining() {
    Model worker = TestNetworks.stack(DataType.FLOAT);
    states.of(first)[0] = 5;
    assertThat(states.follow(first, second, int[]::clone)).isTrue();
    assertThat(states.of(second)).containsExactly(5);
    states.of(second)[0] = 6;
    assertThat(states.of(first)).as("the old network keeps its own").containsExactly(5);
    assertThat(states.all()).as("what is carried on is listed once").hasSize(1);
    assertThat(states.all().get(0)).containsExactly(6);
    assertThat(states.of(worker)).as("a worker is another network").containsExactly(2);
    assertThat(states.all()).hasSize(2);
  }

  @Test
  void followsNothingWhereNothingIsKnown() {
    assertThat(states.follow(first, second, int[]::clone)).isFalse();
    assertThat(states.find(second)).isEmpty();
    states.of(first);
    assertThat(states.follow(first, first, memory -> new int[] {7})).isTrue();
    assertThat(states.of(first)).containsExactly(1);
    assertThat(states.all()).hasSize(1);
  }

  @Test
  void forgetsNetworksThatAreGone() throws InterruptedException {
    states.of(first);
    rememberAnother();
    for (int i = 0; i < 100 && states.all().size() > 1; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(states.all()).hasSize(1);
  }

  private void rememberAnother() {
    states.of(TestNetworks.stack(DataType.FLOAT));
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> states.of(null));
    assertThatNullPointerException().isThrownBy(() -> new PerModelState<>(null));
    PerModelState<Object> nothing = new PerModelState<>(model -> null);
    assertThatNullPointerException().isThrownBy(() -> nothing.of(first));
  }
}
