package io.github.dl4jext.spi;

import java.util.List;

/**
 * Tells what became of a live network's updater state when another optimizer was installed, by
 * parameter (such as {@code 0_W}). Frozen parameters and those without state, old or new, are in
 * neither list.
 *
 * @param kept parameters whose state goes on
 * @param reset parameters whose state starts afresh
 */
public record StateCarryOver(List<String> kept, List<String> reset) {

  /** Copies the lists. */
  public StateCarryOver {
    kept = List.copyOf(kept);
    reset = List.copyOf(reset);
  }
}
