package io.github.dl4jext.layers;

/** How the pixels of a resized image are computed from those of the original. */
public enum PixelInterpolation {
  /** Takes the pixel in which the new pixel's centre lies. */
  NEAREST,
  /**
   * Takes the mean of the four pixels around the new pixel's centre, weighted by how near each is.
   */
  BILINEAR
}
