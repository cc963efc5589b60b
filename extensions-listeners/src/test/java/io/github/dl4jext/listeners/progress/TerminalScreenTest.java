package io.github.dl4jext.listeners.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TerminalScreenTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private final TerminalScreen screen =
      new TerminalScreen(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> 100, false);

  @Test
  void theLastPictureOfAnEpochIsFullAndTellsTheFigures() {
    screen.begin(shown(0, 0));
    screen.show(shown(3, 0));
    screen.end(shown(4, 4));
    assertThat(lastPicture()).startsWith("epoch 2/3 100% [=").contains("] 4/4 ").hasSize(100);
    assertThat(lastPicture()).contains("loss 0.2500, rate 0.01, 1:05 left");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith(System.lineSeparator());
  }

  @Test
  void anEpochThatWasBrokenOffIsNotShownAsFull() {
    screen.begin(shown(0, 8));
    screen.end(shown(4, 8));
    assertThat(lastPicture()).startsWith("epoch 2/3  50% [=").contains("] 4/8 ");
  }

  @Test
  void moreStepsThanExpectedMakeTheEpochLonger() {
    screen.begin(shown(0, 2));
    screen.show(shown(3, 2));
    screen.end(shown(4, 2));
    assertThat(lastPicture()).contains("] 4/4 ");
  }

  private String lastPicture() {
    String[] pictures = bytes.toString(StandardCharsets.UTF_8).stripTrailing().split("\r");
    return pictures[pictures.length - 1];
  }

  private static ProgressSnapshot shown(long step, long steps) {
    return new ProgressSnapshot(
        2, 3, step, steps, 0.25, 0.01, Duration.ofSeconds(9), Duration.ofSeconds(65), true);
  }
}
