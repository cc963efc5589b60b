package io.github.dl4jext.textbook.report;

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
 * Images with what a network says about each: a bar per class without dropout, and one for the mean
 * of Monte-Carlo samples with a whisker of one standard deviation either way.
 */
public final class UncertaintyPicture {

  /**
   * What the network predicts for one image.
   *
   * @param image its number in the set
   * @param plain the probabilities without dropout
   * @param mean the means of the samples' probabilities
   * @param deviation their standard deviations
   */
  public record ImagePrediction(int image, double[] plain, double[] mean, double[] deviation) {

    /** Keeps copies. */
    public ImagePrediction {
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

  private static final String STYLE =
      """
      <style>
      .predictions text { font: 12px system-ui, sans-serif; fill: currentColor; }
      .predictions .plain { fill: #8888; }
      .predictions .mean { fill: #0072b2; }
      .predictions .spread { stroke: currentColor; stroke-width: 1.5; }
      @media (prefers-color-scheme: dark) { .predictions .mean { fill: #4ba3dd; } }
      </style>
      """;

  private UncertaintyPicture() {}

  /**
   * Draws.
   *
   * @param images from which the images are
   * @param predictions for some of them
   * @return an {@code <svg>} element
   */
  public static String draw(LabelledImages images, List<ImagePrediction> predictions) {
    StringBuilder svg = new StringBuilder();
    int height = predictions.size() * ROW + 30;
    svg.append(
        "<svg class=\"predictions\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 %d\" role=\"img\">%n%s"
            .formatted(height, STYLE));
    for (int i = 0; i < predictions.size(); i++) {
      row(svg, images, predictions.get(i), i * ROW);
    }
    svg.append(
        """
        <rect class="plain" x="0" y="%d" width="12" height="6"/><text x="18" y="%d">without dropout</text>
        <rect class="mean" x="150" y="%d" width="12" height="6"/><text x="168" y="%d">mean of the samples, with one standard deviation</text>
        </svg>"""
            .formatted(height - 14, height - 8, height - 14, height - 8));
    return svg.toString();
  }

  private static void row(
      StringBuilder svg, LabelledImages images, ImagePrediction prediction, int top) {
    List<String> names = images.classNames();
    svg.append(
        """
        <image x="0" y="%d" width="%d" height="%d" style="image-rendering: pixelated" href="data:image/png;base64,%s"/>
        <text x="0" y="%d">%s</text>
        """
            .formatted(
                top,
                SIDE,
                SIDE,
                png(images.pixels(prediction.image)),
                top + SIDE + 16,
                escapeXml10("is: " + names.get(images.label(prediction.image)))));
    for (int c = 0; c < names.size(); c++) {
      double y = top + (double) c * LINE;
      double mean = prediction.mean[c] * FULL;
      double deviation = prediction.deviation[c] * FULL;
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <text x="%d" y="%.1f" text-anchor="end">%s</text>
              <rect class="plain" x="%d" y="%.1f" width="%.1f" height="5"/>
              <rect class="mean" x="%d" y="%.1f" width="%.1f" height="5"/>
              <path class="spread" d="M%.1f %.1fH%.1f"/>
              """,
              LEFT - 8,
              y + 11,
              escapeXml10(names.get(c)),
              LEFT,
              y + 2,
              prediction.plain[c] * FULL,
              LEFT,
              y + 8,
              mean,
              LEFT + Math.max(0, mean - deviation),
              y + 10.5,
              LEFT + Math.min(FULL, mean + deviation)));
    }
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
