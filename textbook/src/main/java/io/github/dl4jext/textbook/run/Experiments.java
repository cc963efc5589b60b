package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.report.CliException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The experiments that can be run, by name. */
public final class Experiments {

  private static final int SUGGESTIONS = 3;

  private final Map<String, Experiment> byName = new TreeMap<>();

  /**
   * Takes the experiments.
   *
   * @param all the experiments, in any order
   * @throws CliException if two have the same name
   */
  public Experiments(Collection<? extends Experiment> all) {
    for (Experiment experiment : all) {
      Experiment other = byName.putIfAbsent(experiment.name(), experiment);
      if (other != null) {
        throw CliException.usage(
            "two experiments are named %s: %s and %s"
                .formatted(
                    experiment.name(),
                    other.getClass().getName(),
                    experiment.getClass().getName()));
      }
    }
  }

  /**
   * Finds the experiments that are registered as services.
   *
   * @throws CliException if one cannot be loaded, or two have the same name
   */
  public static Experiments installed(ClassLoader loader) {
    List<Experiment> found = new ArrayList<>();
    try {
      ServiceLoader.load(Experiment.class, loader).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw CliException.failure("an experiment cannot be loaded: " + e.getMessage(), e);
    }
    return new Experiments(found);
  }

  /** All experiments, sorted by name. */
  public List<Experiment> all() {
    return List.copyOf(byName.values());
  }

  /** All experiments, sorted by section and then by name. */
  List<Experiment> inTheOrderOfTheChapter() {
    return byName.values().stream()
        .sorted(Comparator.comparing(experiment -> experiment.about().section()))
        .toList();
  }

  /** The experiments named, in that order and each once; all of them if {@code names} is null. */
  List<Experiment> chosen(List<String> names) {
    if (byName.isEmpty()) {
      throw CliException.usage("there are no experiments on the class path");
    }
    if (names == null) {
      return all();
    }
    String allNames = "all experiments: " + String.join(", ", byName.keySet());
    // An extra comma is ignored.
    List<String> given = names.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
    if (given.isEmpty()) {
      throw CliException.usage("--only names no experiment; " + allNames);
    }
    Set<Experiment> chosen = new LinkedHashSet<>();
    StringBuilder unknown = new StringBuilder();
    for (String name : given) {
      Experiment experiment = byName.get(name.toLowerCase(Locale.ROOT));
      if (experiment == null) {
        unknown.append("no experiment is named \"").append(name).append('"');
        unknown.append(nearest(name.toLowerCase(Locale.ROOT))).append(System.lineSeparator());
      } else {
        chosen.add(experiment);
      }
    }
    if (!unknown.isEmpty()) {
      throw CliException.usage(unknown + allNames);
    }
    return List.copyOf(chosen);
  }

  private String nearest(String wanted) {
    record Near(String name, int distance) {}
    LevenshteinDistance distance = new LevenshteinDistance(Math.max(2, wanted.length() / 2));
    List<String> nearest =
        byName.keySet().stream()
            .map(
                known ->
                    new Near(known, known.contains(wanted) ? 0 : distance.apply(wanted, known)))
            .filter(near -> near.distance >= 0)
            .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
            .limit(SUGGESTIONS)
            .map(Near::name)
            .toList();
    return nearest.isEmpty() ? "" : "; the nearest are " + String.join(", ", nearest);
  }
}
