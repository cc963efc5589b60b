package io.github.dl4jext.layers;

/**
 * Names the axes of one example, independently of their order in memory: {@code [N, C, H, W]} and
 * {@code [N, H, W, C]} have the same axes. The time axis is not among them, since its length
 * differs from minibatch to minibatch.
 */
public enum InputAxis {
  /** Units of a dense or recurrent layer, or channels of an image or volume. */
  FEATURES,
  /** The first axis of a volume's positions. */
  DEPTH,
  /** Rows of an image or volume. */
  HEIGHT,
  /** Columns of an image or volume. */
  WIDTH
}
