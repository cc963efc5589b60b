package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.report.CliException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The experiments that there are, by name. */
public final class Experiments {

  private static final int SUGGESTIONS = 3;

  private final Map<String, Experiment> byName = new TreeMap<>();

  public Experiments(Collection<? extends Experiment> all) {
    for (Experiment experiment : all) {
      Experiment other = byName.putIfAbsent(experiment.name(), experiment);
      if (other != null) {
        throw CliException.usage(
            "two experiments are named "
                + experiment.name()
                + ": "
                + other.getClass().getName()
                + " and "
                + experiment.getClass().getName());
      }
    }
  }

  public static Experiments installed(ClassLoader loader) {
    List<Experiment> found = new ArrayList<>();
    try {
      ServiceLoader.load(Experiment.class, loader).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw CliException.failure("an experiment cannot be loaded: " + e.getMessage(), e);
    }
    return new Experiments(found);
  }

  /** Sorted by name. */
  public List<Experiment> all() {
    return List.copyOf(byName.values());
  }

  /** Those named, in the order given, each once; all of them if there is no list of names. */
  public List<Experiment> chosen(List<String> names) {
    if (byName.isEmpty()) {
      throw CliException.usage("there are no experiments on the class path");
    }
    if (names == null) {
      return all();
    }
    if (names.stream().allMatch(String::isBlank)) {
      throw CliException.usage("--only names no experiment; " + allNames());
    }
    Map<String, Experiment> chosen = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    for (String given : names) {
      if (given.isBlank()) {
        continue; // a comma too many
      }
      String name = given.strip().toLowerCase(Locale.ROOT);
      Experiment experiment = byName.get(name);
      if (experiment == null) {
        unknown.add(given.strip());
      } else {
        chosen.put(name, experiment);
      }
    }
    if (!unknown.isEmpty()) {
      throw CliException.usage(unknown(unknown));
    }
    return List.copyOf(chosen.values());
  }

  private String unknown(List<String> names) {
    StringBuilder message = new StringBuilder();
    for (String name : names) {
      message.append("no experiment is named \"").append(name).append('"');
      List<String> nearest = nearest(name);
      if (!nearest.isEmpty()) {
        message.append("; the nearest are ").append(String.join(", ", nearest));
      }
      message.append(System.lineSeparator());
    }
    return message.append(allNames()).toString();
  }

  private String allNames() {
    return "all experiments: " + String.join(", ", byName.keySet());
  }

  private List<String> nearest(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    LevenshteinDistance distance = new LevenshteinDistance(Math.max(2, wanted.length() / 2));
    record Near(String name, int distance) {}
    return byName.keySet().stream()
        .map(known -> new Near(known, known.contains(wanted) ? 0 : distance.apply(wanted, known)))
        .filter(near -> near.distance >= 0 && !wanted.isEmpty())
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
        .limit(SUGGESTIONS)
        .map(Near::name)
        .toList();
  }
}
