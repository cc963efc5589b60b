package io.github.dl4jext.layers;

/**
 * Names the axes of one example, independently of their order in memory: {@code [N, C, H, W]} and
 * {@code [N, H, W, C]} have the same ones. The axis of time has no name, since its length differs
 * from minibatch to minibatch.
 */
public enum InputAxis {
  /** Units of a dense or recurrent layer, channels of an image. */
  FEATURES,
  /** The first axis of a volume's positions. */
  DEPTH,
  /** Rows of an image. */
  HEIGHT,
  /** Columns of an image. */
  WIDTH
}
