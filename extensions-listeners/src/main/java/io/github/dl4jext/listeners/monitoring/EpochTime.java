package io.github.dl4jext.listeners.monitoring;

import java.io.Serializable;

/** Sums the time that is spent in epochs. */
final class EpochTime implements Serializable {

  private static final long serialVersionUID = 1L;

  private double seconds;
  private transient long began;
  private transient boolean inEpoch;

  void begin(long nanoseconds) {
    began = nanoseconds;
    inEpoch = true;
  }

  /** Ends an epoch; if its beginning was not announced, its time is unknown and does not count. */
  void end(long nanoseconds) {
    add(inEpoch ? (nanoseconds - began) / 1e9 : 0);
    inEpoch = false;
  }

  void add(double more) {
    seconds += more;
  }

  double seconds() {
    return seconds;
  }
}
