package io.github.dl4jext.layers;

/** How the pixels of a resized image are computed from those of the original. */
public enum PixelInterpolation {
  /** The pixel in which the new pixel's centre lies. */
  NEAREST,
  /** The four pixels around the new pixel's centre, each by how near it is. */
  BILINEAR
}
