package io.github.dl4jext.transfer.surgery;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.spi.Optimizer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Takes the options that transfers of a stack and of a graph have in common.
 *
 * @param <B> the builder itself
 */
abstract class TransferOptions<B extends TransferOptions<B>> {

  /** Null for what is kept of the pretrained network. */
  private @Nullable LayerSelector frozen;

  private @Nullable Optimizer optimizer;
  private @Nullable IUpdater updater;
  private boolean keepsState = true;
  private boolean keepsCounters;
  private @Nullable Long seed;

  TransferOptions() {}

  abstract B self();

  /**
   * Freezes these layers of the new network, in place of all that was kept. With {@code
   * LayerSelector.none()} nothing is frozen.
   *
   * @param layers layers of the new network
   * @return this
   */
  public B freeze(LayerSelector layers) {
    frozen = Objects.requireNonNull(layers, "the layers must not be null");
    return self();
  }

  /**
   * Sets the optimizer of the whole new network, that of frozen layers too for when they are
   * unfrozen. Without it, kept layers learn as they did, and new ones, unless they have an updater
   * of their own, as the last kept one.
   *
   * @param rule such as {@code new AdamW(1e-3, 0.01)}
   * @return this
   */
  public B optimizer(Optimizer rule) {
    optimizer = Objects.requireNonNull(rule, "the optimizer must not be null");
    updater = null;
    return self();
  }

  /**
   * Sets one of DL4J's updaters for the whole new network; see {@link #optimizer}.
   *
   * @param rule such as {@code new Adam(1e-3)}
   * @return this
   */
  public B updater(IUpdater rule) {
    updater = Objects.requireNonNull(rule, "the updater must not be null").clone();
    optimizer = null;
    return self();
  }

  /**
   * Lets kept layers begin without momentum. Otherwise the updater's state of kept layers is kept
   * where the new rule has the same; with counters that begin anew, Adam's corrections then make
   * the first steps of kept layers smaller, down to 0.15 of the rate at the tenth, never larger.
   *
   * @return this
   */
  public B forgetState() {
    keepsState = false;
    return self();
  }

  /**
   * Continues the iteration and the epoch of the pretrained network. Otherwise both begin at 0, as
   * schedules for the new task do.
   *
   * @return this
   */
  public B keepCounters() {
    keepsCounters = true;
    return self();
  }

  /**
   * Sets the seed from which new layers draw their weights; without it, it is the pretrained
   * network's.
   *
   * @param value the seed
   * @return this
   */
  public B seed(long value) {
    seed = value;
    return self();
  }

  LayerSelector frozen(LayerSelector otherwise) {
    return frozen == null ? otherwise : frozen;
  }

  @Nullable Optimizer optimizer() {
    return optimizer;
  }

  @Nullable IUpdater updater() {
    return updater;
  }

  boolean keepsState() {
    return keepsState;
  }

  boolean keepsCounters() {
    return keepsCounters;
  }

  long seedOr(long otherwise) {
    return seed == null ? otherwise : seed;
  }

  interface Reading<T> {
    T from(File file, boolean withUpdater) throws IOException;
  }

  static <T> T read(File file, Reading<T> reading) {
    Objects.requireNonNull(file, "the file must not be null");
    if (!file.isFile()) {
      throw new IllegalArgumentException("there is no file " + file.getAbsolutePath());
    }
    try {
      return reading.from(file, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a network from " + file.getAbsolutePath(), e);
    }
  }
}
