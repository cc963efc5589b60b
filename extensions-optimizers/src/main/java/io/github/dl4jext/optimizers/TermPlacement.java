package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.ByLength;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.ParameterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Puts an optimizer's terms among the regularizations of a layer or vertex, for the parameters that
 * a filter chooses, and in place of another optimizer's terms.
 */
final class TermPlacement {

  private final List<Regularization> terms; // a Learner adapts them to its updater
  private final ParameterFilter filter;

  TermPlacement(List<OptimizerTerm> terms, ParameterFilter filter) {
    this.terms = terms.stream().map(OptimizerTerm::unwrapped).toList();
    this.filter = filter;
  }

  /** Puts the terms on those parameters of a layer that learn by the optimizer. */
  void putOn(Learner learner, List<String> own) {
    if (!terms.isEmpty()) {
      requireRegularizable(learner, own);
    }
    for (Learner.Group group : List.of(learner.weights(), learner.biases())) {
      if (own.containsAll(group.parameters())) {
        putOn(learner, group);
      }
    }
  }

  private List<String> chosen(Learner learner, List<String> parameters) {
    return parameters.stream().filter(p -> filter.test(learner.configuration(), p)).toList();
  }

  private void putOn(Learner learner, Learner.Group group) {
    List<Regularization> list = new ArrayList<>();
    group.regularizations().stream().filter(r -> !Learner.isOptimizers(r)).forEach(list::add);
    List<String> chosen = chosen(learner, group.parameters());
    if (chosen.size() == group.parameters().size()) {
      if (!chosen.isEmpty()) {
        terms.forEach(term -> list.add(term.clone()));
      }
    } else if (!chosen.isEmpty() && !terms.isEmpty()) {
      long[] lengths = lengthsOf(learner, group, chosen);
      terms.forEach(term -> list.add(ByLength.only(term.clone(), lengths)));
    }
    group.setRegularizations(list);
  }

  private void requireRegularizable(Learner learner, List<String> own) {
    List<String> beyond = new ArrayList<>(chosen(learner, own));
    beyond.removeAll(learner.weights().parameters());
    beyond.removeAll(learner.biases().parameters());
    if (!beyond.isEmpty()) {
      throw new IllegalArgumentException(
          learner
              + ": the filter chooses "
              + beyond
              + ", which DL4J never regularizes; let it refuse them, for instance by"
              + " ParameterFilter.weights().and(...)");
    }
  }

  private static long[] lengthsOf(Learner learner, Learner.Group group, List<String> chosen) {
    Map<String, Long> lengths = learner.lengths();
    for (String one : chosen) {
      for (String other : group.parameters()) {
        if (!chosen.contains(other)
            && Objects.requireNonNull(lengths.get(one), "every parameter has a length")
                .equals(lengths.get(other))) {
          throw new IllegalArgumentException(
              learner
                  + ": the filter chooses "
                  + one
                  + " but not "
                  + other
                  + ", which DL4J regularizes alike and which cannot be distinguished, as both have "
                  + lengths.get(one)
                  + " elements; choose both or none");
        }
      }
    }
    return chosen.stream().mapToLong(lengths::get).distinct().toArray();
  }
}
