package io.github.dl4jext.keras;

import java.util.List;
import java.util.Objects;

/**
 * Reports, for each layer of a file and for its training configuration, what was taken, what was
 * replaced by an equivalent, and what was ignored.
 *
 * @param entries one entry for each setting, in the order of the file
 */
public record KerasReport(List<Entry> entries) {

  /** Says what became of a setting. */
  public enum Treatment {
    /** The setting acts as in Keras. */
    TAKEN,
    /** The setting is replaced by an equivalent, which the text names. */
    REPLACED,
    /** The setting has no effect here; {@link KerasModel#strict()} refuses it. */
    IGNORED
  }

  /**
   * Describes what became of one setting.
   *
   * @param place the layer's name, or {@code training}
   * @param treatment what was done
   * @param text the setting in the file, and its counterpart here
   */
  public record Entry(String place, Treatment treatment, String text) {

    @Override
    public String toString() {
      return place + ": " + treatment.name().toLowerCase(java.util.Locale.ROOT) + " " + text;
    }
  }

  /**
   * Copies the entries.
   *
   * @param entries one for each setting
   */
  public KerasReport {
    entries = List.copyOf(entries);
  }

  /**
   * Returns the entries of one layer.
   *
   * @param place the layer's name, or {@code training}
   * @return the entries; empty if the file has no such layer, or no setting of it was reported
   */
  public List<Entry> of(String place) {
    Objects.requireNonNull(place, "keras report: place must be given, was null");
    return entries.stream().filter(entry -> entry.place.equals(place)).toList();
  }

  /**
   * Returns the entries with one treatment.
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
   * @return one line for each entry
   */
  @Override
  public String toString() {
    return String.join("\n", entries.stream().map(Entry::toString).toList());
  }
}
