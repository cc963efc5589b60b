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
  private Section section = Section.OTHER;

  public FakeExperiment(String name, Work work, Claim... claims) {
    this.name = name;
    this.work = work;
    this.claims = List.of(claims);
  }

  public FakeExperiment in(int number, String heading) {
    section = new Section(number, heading);
    return this;
  }

  @Override
  public List<Claim> claims() {
    return claims;
  }

  @Override
  public About about() {
    return new About(name, "shows " + name, Duration.ofSeconds(90), 7, section);
  }

  @Override
  public void run(Context context) throws Exception {
    work.run(context);
  }
}
