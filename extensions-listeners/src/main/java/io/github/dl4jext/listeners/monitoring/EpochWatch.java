package io.github.dl4jext.listeners.monitoring;

import java.lang.ref.WeakReference;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns if a listener depends on epochs and none is announced, as under {@code ParallelWrapper}. It
 * recognises this wrapper by its workers: two networks make steps in two threads outside of any
 * epoch.
 */
public final class EpochWatch {

  private static final Logger LOG = LoggerFactory.getLogger(EpochWatch.class);

  private final String plugin;
  private final String consequence;
  private @Nullable WeakReference<Model> first;
  private long firstThread;
  private boolean inEpoch;
  private boolean warned;

  /**
   * Watches for one listener.
   *
   * @param plugin the listener's name, with which the warning begins
   * @param consequence the consequence of missing epochs, such as {@code no epoch is saved}
   */
  public EpochWatch(String plugin, String consequence) {
    Objects.requireNonNull(plugin, "epoch watch: plugin must be given, was null");
    Objects.requireNonNull(consequence, "epoch watch: consequence must be given, was null");
    this.plugin = plugin;
    this.consequence = consequence;
  }

  /** Notes that an epoch begins. */
  public synchronized void begin() {
    inEpoch = true;
  }

  /** Notes that an epoch ends. */
  public synchronized void end() {
    inEpoch = false;
    first = null;
  }

  /**
   * Notes a step, and warns if it is the first of a second worker outside of any epoch.
   *
   * @param model the model that this thread trains
   */
  public synchronized void step(Model model) {
    Objects.requireNonNull(model, "epoch watch: model must be given, was null");
    if (inEpoch || warned) {
      return;
    }
    long thread = Thread.currentThread().getId();
    if (first == null || first.refersTo(model)) {
      first = new WeakReference<>(model);
      firstThread = thread;
    } else if (thread != firstThread) {
      warned = true;
      LOG.warn(
          "{}: {}, because several workers train and no epoch is announced, as under ParallelWrapper."
              + " Train with ParallelTraining of extensions-parallel, or call onEpochStart(network)"
              + " before each fit of the wrapper and onEpochEnd(network) after it",
          plugin,
          consequence);
    }
  }

  /** Whether it has warned. */
  boolean warned() {
    return warned;
  }
}
