package io.github.dl4jext.textbook.data;

/**
 * The drawn garments in colour, in the form of CIFAR-10: {@code 3 x 32 x 32} numbers. In each image
 * black and white are replaced by a dark and a light colour, drawn for that image, so that the
 * colours say nothing about the kind.
 */
final class ColourGarments {

  private static final long SEED = 43;

  /** The largest red, green or blue value of a dark colour; below it, the least of a light one. */
  private static final double DARK = 100;

  private static final double LIGHT = 130;

  /** The number of pixels added on each side. */
  private static final int MARGIN = (LabelledImages.COLOUR_SIDE - LabelledImages.SIDE) / 2;

  private ColourGarments() {}

  /** As many images as the grey set has in each part, with the same name; none is held out. */
  static ImageData like(ImageData grey) {
    SeededRandom random = new SeededRandom(SEED);
    return new ImageData(
        grey.name(), coloured(grey.train(), random.split()), coloured(grey.test(), random.split()));
  }

  private static LabelledImages coloured(LabelledImages grey, SeededRandom random) {
    byte[] pixels = new byte[Math.multiplyExact(grey.size(), LabelledImages.COLOUR_PIXELS)];
    byte[] labels = new byte[grey.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) grey.label(i);
      colour(grey.pixels(i), random, pixels, i * LabelledImages.COLOUR_PIXELS);
    }
    return new LabelledImages(
        grey.classNames(), pixels, labels, PixelScale.unit(LabelledImages.COLOUR_PIXELS));
  }

  private static void colour(byte[] grey, SeededRandom random, byte[] to, int at) {
    double[] dark = new double[3];
    double[] bright = new double[3];
    for (int c = 0; c < 3; c++) {
      dark[c] = random.between(0, DARK);
      bright[c] = random.between(LIGHT, 255);
    }
    int i = at;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < LabelledImages.COLOUR_SIDE; y++) {
        for (int x = 0; x < LabelledImages.COLOUR_SIDE; x++) {
          double share = brightness(grey, y - MARGIN, x - MARGIN);
          to[i++] = (byte) Math.round(dark[c] + share * (bright[c] - dark[c]));
        }
      }
    }
  }

  /** The brightness of a pixel from 0 to 1; 0 outside the grey image. */
  private static double brightness(byte[] grey, int y, int x) {
    boolean inside = y >= 0 && y < LabelledImages.SIDE && x >= 0 && x < LabelledImages.SIDE;
    return inside ? (grey[y * LabelledImages.SIDE + x] & 0xff) / 255.0 : 0;
  }
}
