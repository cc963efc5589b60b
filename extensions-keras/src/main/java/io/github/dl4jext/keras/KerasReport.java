package io.github.dl4jext.keras;

import java.util.List;
import java.util.Objects;

/**
 * Reports, for each layer of a file and for its training configuration, what was taken, what was
 * replaced by an equivalent, and what was ignored.
 *
 * @param entries one for each setting, in the order of the file
 */
public record KerasReport(List<Entry> entries) {

  /** What became of a setting. */
  public enum Treatment {
    /** It acts as the file says. */
    TAKEN,
    /** Something else stands in its place, which the text names. */
    REPLACED,
    /** It has no effect here; {@link KerasModel#strict()} refuses it. */
    IGNORED
  }

  /**
   * What became of one setting.
   *
   * @param place the layer's name, or {@code training}
   * @param treatment what was done
   * @param text the setting as the file has it, and what it is here
   */
  public record Entry(String place, Treatment treatment, String text) {

    @Override
    public String toString() {
      return place + ": " + treatment.name().toLowerCase(java.util.Locale.ROOT) + " " + text;
    }
  }

  /**
   * Takes the entries.
   *
   * @param entries one for each setting
   */
  public KerasReport {
    entries = List.copyOf(entries);
  }

  /**
   * The entries of one layer.
   *
   * @param place the layer's name, or {@code training}
   * @return its entries; empty if the file has no such layer, or nothing to say of it
   */
  public List<Entry> of(String place) {
    Objects.requireNonNull(place, "keras report: place must be given, was null");
    return entries.stream().filter(entry -> entry.place.equals(place)).toList();
  }

  /**
   * The entries of one kind.
   *
   * @param treatment what was done
   * @return the entries of all layers
   */
  public List<Entry> of(Treatment treatment) {
    Objects.requireNonNull(treatment, "keras report: treatment must be given, was null");
    return entries.stream().filter(entry -> entry.treatment == treatment).toList();
  }

  /**
   * Lists the entries.
   *
   * @return a line for each
   */
  @Override
  public String toString() {
    return String.join("\n", entries.stream().map(Entry::toString).toList());
  }
}
