package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Distribution;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.api.SeedAverages;
import io.github.dl4jext.textbook.api.Verdict;
import io.github.dl4jext.textbook.data.DataSource;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/** Judges, on one set of images, whether figures agree with the book's and whether claims hold. */
public final class Verdicts {

  /**
   * Holds a figure over all seeds.
   *
   * @param figure that of the first seed, for its metric and the book's figure
   * @param seeds the seeds, ascending
   * @param values one per seed
   */
  record Compared(String experiment, Figure figure, long[] seeds, double... values) {

    double mean() {
      return StatUtils.mean(values);
    }

    /** The standard deviation of a single run; empty if there is only one seed. */
    OptionalDouble spread() {
      return values.length < 2
          ? OptionalDouble.empty()
          : OptionalDouble.of(new StandardDeviation().evaluate(values));
    }

    boolean hasBounds() {
      return least() != null || most() != null;
    }

    /** The least that the mean may be to agree, or null. */
    Double least() {
      Distribution many = figure.distribution();
      return many == null ? figure.least() : (Double) (many.mean() - many.allowance(values.length));
    }

    /** The most that the mean may be to agree, or null. */
    Double most() {
      Distribution many = figure.distribution();
      return many == null ? figure.most() : (Double) (many.mean() + many.allowance(values.length));
    }

    /** Whether the mean is within the bounds; NaN never is. */
    boolean agrees() {
      return (least() == null || mean() >= least()) && (most() == null || mean() <= most());
    }

    /** What is measured, without the variant: the metric up to its first comma. */
    String quantity() {
      return figure.metric().split(", ", 2)[0];
    }

    /** The variant, such as {@code Adam}: the metric after its first comma; empty without one. */
    String variant() {
      String[] parts = figure.metric().split(", ", 2);
      return parts.length == 1 ? "" : parts[1];
    }
  }

  /**
   * Holds a claim of an experiment, and whether it holds.
   *
   * @param evidence the figures that it looks at, as far as they were measured
   */
  record Judged(String experiment, String text, Verdict verdict, List<Compared> evidence) {}

  private final List<Experiment> experiments;
  private final List<RunResult> results;
  private final boolean drawn;
  private final boolean whole;

  /**
   * Judges the results on a set of images.
   *
   * @param experiments those whose claims are judged if they were run
   * @param all the runs, those with other images included
   * @param data the images, as {@link RunResult#data()} names them
   */
  public Verdicts(List<Experiment> experiments, List<RunResult> all, String data) {
    this.experiments = experiments;
    this.results =
        all.stream()
            .filter(result -> result.data().equals(data))
            .sorted(Comparator.comparing(RunResult::experiment).thenComparing(RunResult::seed))
            .toList();
    this.drawn = DataSource.isDrawn(data);
    this.whole = DataSource.isAsInTheBook(data);
  }

  /** Every metric of every experiment, in the order in which they were reported. */
  List<Compared> figures() {
    record Key(String experiment, String metric) {}
    record OfSeed(long seed, Figure figure) {}
    Map<Key, List<OfSeed>> bySeed = new LinkedHashMap<>();
    for (RunResult result : results) {
      for (Figure figure : result.figures()) {
        bySeed
            .computeIfAbsent(
                new Key(result.experiment(), figure.metric()), key -> new ArrayList<>())
            .add(new OfSeed(result.seed(), figure));
      }
    }
    return bySeed.entrySet().stream()
        .map(
            entry ->
                new Compared(
                    entry.getKey().experiment(),
                    entry.getValue().get(0).figure(),
                    entry.getValue().stream().mapToLong(OfSeed::seed).toArray(),
                    entry.getValue().stream().mapToDouble(one -> one.figure().value()).toArray()))
        .toList();
  }

  boolean areOfDrawnImages() {
    return drawn;
  }

  /**
   * Whether the book's figures are about these images: not if they are drawn, or a part of a set.
   */
  boolean areComparedWithTheBook() {
    return whole;
  }

  Verdict verdict(Compared compared) {
    if (!whole || !compared.hasBounds()) {
      return Verdict.OPEN;
    }
    return compared.agrees() ? Verdict.HOLDS : Verdict.FAILS;
  }

  /** The claims of the experiments that were run. */
  List<Judged> claims() {
    List<String> run = results.stream().map(RunResult::experiment).distinct().toList();
    List<Compared> figures = figures();
    List<Judged> judged = new ArrayList<>();
    for (Experiment experiment : experiments) {
      if (run.contains(experiment.name())) {
        for (Claim claim : experiment.claims()) {
          SeedAverages averages = new SeedAverages(experiment.name(), results);
          Verdict verdict = claim.verdict(averages);
          judged.add(
              new Judged(
                  experiment.name(), claim.text(), verdict, named(averages.asked(), figures)));
        }
      }
    }
    return judged;
  }

  private static List<Compared> named(List<SeedAverages.Asked> asked, List<Compared> figures) {
    return asked.stream()
        .flatMap(
            one ->
                figures.stream()
                    .filter(
                        figure ->
                            figure.experiment().equals(one.experiment())
                                && figure.figure().metric().equals(one.metric())))
        .toList();
  }

  /** Prints a line per claim, and how many figures agree with the book's. */
  public void print(PrintWriter out) {
    AlignedColumns claims = new AlignedColumns();
    claims().forEach(one -> claims.row(one.verdict().toString(), one.experiment(), one.text()));
    claims.lines().forEach(out::println);
    List<Compared> bounded = figures().stream().filter(Compared::hasBounds).toList();
    if (whole && !bounded.isEmpty()) {
      long agree = bounded.stream().filter(Compared::agrees).count();
      out.printf(
          Locale.ROOT, "figures that agree with the book: %d of %d%n", agree, bounded.size());
    }
  }
}
