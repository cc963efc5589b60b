package io.github.dl4jext.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reports what was carried from one network to another, parameter by parameter.
 *
 * @param kept the parameters whose rate or state was carried over
 * @param reset the parameters that begin again although there was something to carry over for them,
 *     or for others of their kind, each with the reason
 */
public record CarryOver(List<ParameterName> kept, Map<ParameterName, String> reset) {

  private static final int MOST_LISTED = 20;

  /**
   * Copies both.
   *
   * @param kept the parameters whose rate or state was carried over
   * @param reset the parameters that begin again, each with the reason
   */
  public CarryOver {
    kept = List.copyOf(new ArrayList<>(kept));
    reset = Collections.unmodifiableMap(new LinkedHashMap<>(reset));
  }

  /**
   * Whether everything was carried over.
   *
   * @return true if nothing was reset
   */
  public boolean isComplete() {
    return reset.isEmpty();
  }

  /**
   * Throws an exception if something was not carried over.
   *
   * @param what names what was carried, for the message
   * @return this
   * @throws IllegalArgumentException if something was reset
   */
  public CarryOver requireComplete(String what) {
    if (!isComplete()) {
      String some =
          reset.entrySet().stream()
              .limit(MOST_LISTED)
              .map(entry -> entry.getKey() + " " + entry.getValue())
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          what
              + " must be that of a network of the same structure; "
              + some
              + (reset.size() > MOST_LISTED ? ", ..." : ""));
    }
    return this;
  }
}
