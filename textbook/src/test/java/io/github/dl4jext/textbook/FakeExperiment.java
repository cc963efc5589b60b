package io.github.dl4jext.textbook;

import java.time.Duration;

/** An experiment that does what a test says. */
final class FakeExperiment implements Experiment {

  /** What the experiment does. */
  interface Work {
    void run(Context context) throws Exception;
  }

  private final String name;
  private final Work work;

  FakeExperiment(String name, Work work) {
    this.name = name;
    this.work = work;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return "shows " + name;
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(90);
  }

  @Override
  public int defaultEpochs() {
    return 7;
  }

  @Override
  public void run(Context context) throws Exception {
    work.run(context);
  }
}
