package io.github.dl4jext.listeners.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.testkit.PluginContract;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;

class ProgressBarTest extends PluginContract<TrainingListener> {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong(-5);

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "progress_bar(epochs=3, stepsPerEpoch=40, display=lines, secondsPerLine=2.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "progress_bar(epochs=4, stepsPerEpoch=40, display=lines, secondsPerLine=2.5)",
        "progress_bar(epochs=3, stepsPerEpoch=41, display=lines, secondsPerLine=2.5)",
        "progress_bar(epochs=3, stepsPerEpoch=40, display=epochs, secondsPerLine=2.5)",
        "progress_bar(epochs=3, stepsPerEpoch=40, display=lines, secondsPerLine=3.5)");
  }

  @Test
  void learnsTheStepsFromTheFirstEpochAndThenTellsTheTimeLeft() {
    ProgressBar bar = lines(3, 0);
    for (int epoch = 0; epoch < 3; epoch++) {
      bar.onEpochStart(model(0));
      for (int step = 0; step < 4; step++) {
        tick(4);
        bar.iterationDone(model(step), 4 * epoch + step, epoch);
      }
      bar.onEpochEnd(model(0));
    }
    assertThat(printed())
        .containsExactly(
            "epoch 1/3: step 3, loss 1.0000",
            "epoch 1/3: 4 steps in 0:16, loss 1.5000, 0:32 left",
            "epoch 2/3: step 3/4 (75 %), loss 1.0000, 0:20 left",
            "epoch 2/3: 4 steps in 0:16, loss 1.5000, 0:16 left",
            "epoch 3/3: step 3/4 (75 %), loss 1.0000, 0:04 left",
            "epoch 3/3: 4 steps in 0:16, loss 1.5000");
  }

  @Test
  void printsOneLineAtMostInTenSeconds() {
    ProgressBar bar = lines(0, 0);
    bar.onEpochStart(model(0));
    for (int step = 0; step < 3000; step++) {
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
      bar.iterationDone(model(1), step, 0);
    }
    assertThat(printed()).hasSize(3);
  }

  @Test
  void countsEpochsByTheirStepsWhereNobodyAnnouncesThem() {
    ProgressBar bar = lines(2, 3);
    for (int step = 0; step < 7; step++) {
      tick(1);
      bar.iterationDone(model(2), step, 0);
    }
    assertThat(printed())
        .containsExactly(
            "epoch 1/2: 3 steps in 0:02, loss 2.0000, 0:02 left",
            "epoch 2/2: 3 steps in 0:02, loss 2.0000");
    bar.finish();
    assertThat(printed()).hasSize(3).last().asString().startsWith("epoch 1/2: 1 step in 0:00");
  }

  @Test
  void endsAnEpochWhenTheModelsCountRisesAndNotWhenAReplicaLagsBehind() {
    ProgressBar bar = lines(0, 0);
    int[] epochsOfReplicas = {0, 0, 1, 0, 1, 2};
    for (int epoch : epochsOfReplicas) {
      bar.iterationDone(model(1), 0, epoch);
    }
    bar.finish();
    assertThat(printed())
        .extracting(line -> line.substring(0, line.indexOf(" in")))
        .containsExactly("epoch 1: 2 steps", "epoch 2: 3 steps", "epoch 3: 1 step");
  }

  @Test
  void aWrongNumberOfStepsDoesNotSplitAnAnnouncedEpoch() {
    ProgressBar bar = lines(1, 2);
    bar.onEpochStart(model(0));
    for (int step = 0; step < 5; step++) {
      bar.iterationDone(model(1), step, 0);
    }
    bar.onEpochEnd(model(0));
    assertThat(printed()).containsExactly("epoch 1/1: 5 steps in 0:00, loss 1.0000");
  }

  @Test
  void showsNaNAndInfinityAsSuch() {
    ProgressBar bar = lines(0, 1);
    bar.iterationDone(model(Double.NaN), 0, 0);
    bar.iterationDone(model(Double.POSITIVE_INFINITY), 1, 0);
    assertThat(printed())
        .containsExactly(
            "epoch 1: 1 step in 0:00, loss NaN", "epoch 2: 1 step in 0:00, loss Infinity");
  }

  @Test
  void countsAnewWhenTheEpochsAreOverAndFitIsCalledAgain() {
    ProgressBar bar = lines(1, 0);
    for (int fit = 0; fit < 2; fit++) {
      bar.onEpochStart(model(0));
      tick(3);
      bar.iterationDone(model(1), fit, fit);
      bar.onEpochEnd(model(0));
    }
    assertThat(printed())
        .containsExactly(
            "epoch 1/1: 1 step in 0:03, loss 1.0000", "epoch 1/1: 1 step in 0:03, loss 1.0000");
  }

  @Test
  void anEpochThatWasBrokenOffIsClosedByTheNext() {
    ProgressBar bar = lines(0, 0);
    bar.onEpochStart(model(0));
    bar.iterationDone(model(1), 0, 0);
    bar.onEpochStart(model(0));
    bar.onEpochEnd(model(0));
    bar.onEpochEnd(model(0));
    assertThat(printed())
        .containsExactly("epoch 1: 1 step in 0:00, loss 1.0000", "epoch 2: no steps");
  }

  @Test
  void losesNoStepOfSeveralThreads() throws InterruptedException {
    ProgressBar bar = lines(0, 0);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int step = 0; step < 5000; step++) {
                  bar.iterationDone(model(1), step, 0);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    bar.finish();
    assertThat(printed()).containsExactly("epoch 1: 20000 steps in 0:00, loss 1.0000");
  }

  private ProgressBar lines(int epochs, int stepsPerEpoch) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressBar(
        Arguments.of(ProgressBar.EPOCHS, epochs).with(ProgressBar.STEPS_PER_EPOCH, stepsPerEpoch),
        given -> new LineScreen(out, 10),
        clock::get);
  }

  private void tick(int seconds) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private List<String> printed() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text.replaceAll("\\R", "")).doesNotContainPattern("\\p{Cntrl}");
    return text.lines().toList();
  }

  /** A model that has a score and nothing else. */
  static Model model(double score) {
    return (Model)
        Proxy.newProxyInstance(
            ProgressBarTest.class.getClassLoader(),
            new Class<?>[] {Model.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("score");
              return score;
            });
  }
}
