package io.github.dl4jext.keras;

import io.github.dl4jext.keras.KerasReport.Entry;
import io.github.dl4jext.keras.KerasReport.Treatment;
import java.util.ArrayList;
import java.util.List;

/** Collects what becomes of the settings of one layer, or of the training configuration. */
final class ReportLines {

  private final String place;
  private final List<Entry> entries = new ArrayList<>();

  ReportLines(String place) {
    this.place = place;
  }

  void taken(String text) {
    entries.add(new Entry(place, Treatment.TAKEN, text));
  }

  void replaced(String text) {
    entries.add(new Entry(place, Treatment.REPLACED, text));
  }

  void ignored(String text) {
    entries.add(new Entry(place, Treatment.IGNORED, text));
  }

  List<Entry> entries() {
    return entries;
  }
}
