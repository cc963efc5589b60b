package io.github.dl4jext.textbook.experiments;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import io.github.dl4jext.textbook.data.LabelledImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Draws images with the predictions of a network for each: for every class a bar for the prediction
 * without dropout, and a bar for the mean of Monte-Carlo samples, with a whisker of one standard
 * deviation in either direction.
 */
final class UncertaintyPicture {

  /**
   * What the network predicts for one image.
   *
   * @param image its number in the set
   * @param plain the probabilities without dropout
   * @param mean the means of the samples' probabilities
   * @param deviation their standard deviations
   */
  record ImagePrediction(int image, double[] plain, double[] mean, double[] deviation) {

    /** Copies the arrays. */
    ImagePrediction {
      plain = plain.clone();
      mean = mean.clone();
      deviation = deviation.clone();
    }
  }

  private static final int ROW = 190;
  private static final int SIDE = 112;
  private static final int LEFT = 230;
  private static final int FULL = 220;
  private static final int LINE = 17;

  private static final String SVG =
      """
      <svg class="predictions" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 %1$s" role="img">
      <style>
      .predictions text { font: 12px system-ui, sans-serif; fill: currentColor; }
      .predictions .plain { fill: #8888; }
      .predictions .mean { fill: #0072b2; }
      .predictions .spread { stroke: currentColor; stroke-width: 1.5; }
      @media (prefers-color-scheme: dark) { .predictions .mean { fill: #4ba3dd; } }
      </style>
      %3$s<g transform="translate(0 %2$s)">
      <rect class="plain" width="12" height="6"/><text x="18" y="6">without dropout</text>
      <rect class="mean" x="150" width="12" height="6"/><text x="168" y="6">mean of the samples, with one standard deviation</text>
      </g>
      </svg>""";

  private UncertaintyPicture() {}

  /**
   * Draws the picture.
   *
   * @param images the set that the predictions refer to, of grey images
   * @param predictions for some of its images, drawn from top to bottom
   * @return an {@code <svg>} element
   */
  static String draw(LabelledImages images, List<ImagePrediction> predictions) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < predictions.size(); i++) {
      rows.append("<g transform=\"translate(0 %s)\">%n".formatted(i * ROW));
      append(rows, images, predictions.get(i));
      rows.append("</g>\n");
    }
    int height = predictions.size() * ROW + 30;
    return SVG.formatted(height, height - 14, rows);
  }

  private static void append(StringBuilder svg, LabelledImages images, ImagePrediction prediction) {
    List<String> names = images.classNames();
    svg.append(
        """
        <image width="%1$s" height="%1$s" style="image-rendering: pixelated" href="data:image/png;base64,%2$s"/>
        """
            .formatted(SIDE, png(images.pixels(prediction.image))));
    text(svg, 0, SIDE + 16, "start", "is: " + names.get(images.label(prediction.image)));
    for (int c = 0; c < names.size(); c++) {
      double y = (double) c * LINE;
      double low = Math.max(0, prediction.mean[c] - prediction.deviation[c]) * FULL;
      double high = Math.min(1, prediction.mean[c] + prediction.deviation[c]) * FULL;
      text(svg, LEFT - 8, y + 11, "end", names.get(c));
      bar(svg, "plain", y + 2, prediction.plain[c]);
      bar(svg, "mean", y + 8, prediction.mean[c]);
      String whisker = "<path class=\"spread\" d=\"M%.1f %.1fH%.1f\"/>\n";
      svg.append(String.format(Locale.ROOT, whisker, LEFT + low, y + 10.5, LEFT + high));
    }
  }

  private static void text(StringBuilder svg, int x, double y, String anchor, String text) {
    String element = "<text x=\"%d\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n";
    svg.append(String.format(Locale.ROOT, element, x, y, anchor, escapeXml10(text)));
  }

  private static void bar(StringBuilder svg, String style, double y, double share) {
    String element = "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"5\"/>\n";
    svg.append(String.format(Locale.ROOT, element, style, LEFT, y, share * FULL));
  }

  private static String png(byte[] pixels) {
    BufferedImage image =
        new BufferedImage(LabelledImages.SIDE, LabelledImages.SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, LabelledImages.SIDE, LabelledImages.SIDE, pixels);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
