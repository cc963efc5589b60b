package io.github.dl4jext.textbook.api;

import java.time.Duration;
import java.util.List;

/** An experiment that does what a test says. */
public final class FakeExperiment implements Experiment {

  /** What the experiment does. */
  public interface Work {
    void run(Context context) throws Exception;
  }

  private final String name;
  private final Work work;
  private final List<Claim> claims;

  public FakeExperiment(String name, Work work, Claim... claims) {
    this.name = name;
    this.work = work;
    this.claims = List.of(claims);
  }

  @Override
  public List<Claim> claims() {
    return claims;
  }

  @Override
  public About about() {
    return new About(name, "shows " + name, Duration.ofSeconds(90), 7);
  }

  @Override
  public void run(Context context) throws Exception {
    work.run(context);
  }
}
