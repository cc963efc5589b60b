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

  /** Null for all that is kept of the pretrained network. */
  private @Nullable LayerSelector frozen;

  private @Nullable Optimizer optimizer;
  private @Nullable IUpdater updater;
  private boolean keepsState = true;
  private boolean keepsCounters;
  private @Nullable Long seed;

  TransferOptions() {}

  abstract B self();

  /**
   * Freezes the selected layers of the new network, instead of all kept layers. With {@code
   * LayerSelector.none()}, nothing is frozen.
   *
   * @param layers layers of the new network
   * @return this
   */
  public B freeze(LayerSelector layers) {
    frozen = Objects.requireNonNull(layers, "the layers must not be null");
    return self();
  }

  /**
   * Sets the optimizer of the whole new network, including frozen layers, which use it once they
   * are unfrozen. Without this setting, each kept layer keeps its updater, and a new layer that has
   * no updater of its own gets that of the last kept layer.
   *
   * @param rule the optimizer, such as {@code new AdamW(1e-3, 0.01)}; replaces an {@link #updater}
   * @return this
   */
  public B optimizer(Optimizer rule) {
    optimizer = Objects.requireNonNull(rule, "the optimizer must not be null");
    updater = null;
    return self();
  }

  /**
   * Sets an updater of DL4J's for the whole new network; see {@link #optimizer}.
   *
   * @param rule the updater, such as {@code new Adam(1e-3)}; replaces an {@link #optimizer}
   * @return this
   */
  public B updater(IUpdater rule) {
    updater = Objects.requireNonNull(rule, "the updater must not be null").clone();
    optimizer = null;
    return self();
  }

  /**
   * Drops the updater's state of kept layers, such as momentum. Without this setting, the state is
   * kept if the new update rule has the same kind of state. As the counters begin again at 0,
   * Adam's corrections then make the first steps of kept layers smaller, down to 0.15 of the rate
   * at the tenth step, but never larger.
   *
   * @return this
   */
  public B forgetState() {
    keepsState = false;
    return self();
  }

  /**
   * Continues the iteration and the epoch of the pretrained network. Without this setting, both
   * begin at 0, as schedules for the new task expect.
   *
   * @return this
   */
  public B keepCounters() {
    keepsCounters = true;
    return self();
  }

  /**
   * Sets the seed of the initial weights of new layers; by default, it is the pretrained network's.
   *
   * @param value any number
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
