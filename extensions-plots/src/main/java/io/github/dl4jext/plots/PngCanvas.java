package io.github.dl4jext.plots;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws as PNG on white, with Java's own graphics, which need no screen. */
final class PngCanvas implements Canvas {

  /** In a picture of this size, letters have the size {@link Canvas#FONT}. */
  private static final double WIDTH = 640;

  private static final double HEIGHT = 400;
  private static final float LINE = 2;

  private final Graphics2D graphics;
  private final Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) FONT);

  private PngCanvas(Graphics2D graphics) {
    this.graphics = graphics;
  }

  /** Returns the bytes of a PNG file. A larger picture of the same form has the same layout. */
  static byte[] draw(LineChart chart, int width, int height) {
    double scale = Math.min(width / WIDTH, height / HEIGHT);
    ChartLayout layout = new ChartLayout(chart, width / scale, height / scale);
    while (layout.height() > height / scale + 1) {
      scale *= 0.9; // the legend is long: smaller letters
      layout = new ChartLayout(chart, width / scale, height / scale);
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.scale(scale, scale);
      layout.drawOn(new PngCanvas(graphics));
    } finally {
      graphics.dispose();
    }
    return encoded(image);
  }

  private static byte[] encoded(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  @Override
  public void paper(double width, double height) {
    look(Look.PAPER);
    graphics.fill(new Rectangle2D.Double(0, 0, width + 1, height + 1));
  }

  @Override
  public void text(Look look, double x, double y, Anchor anchor, String text) {
    look(look);
    Font shown = look == Look.TITLE ? font.deriveFont(Font.BOLD) : font;
    graphics.setFont(shown);
    double wide = shown.getStringBounds(text, graphics.getFontRenderContext()).getWidth();
    double start =
        switch (anchor) {
          case START -> x;
          case MIDDLE -> x - wide / 2;
          case END -> x - wide;
        };
    graphics.drawString(text, (float) start, (float) y);
  }

  @Override
  public void upwards(double x, double y, String text) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.rotate(-Math.PI / 2);
    text(Look.TEXT, 0, 0, Anchor.MIDDLE, text);
    graphics.setTransform(before);
  }

  @Override
  public void straight(Look look, List<double[]> lines) {
    look(look);
    graphics.setStroke(look == Look.MARK ? stroke(1, 3, 4) : stroke(1));
    lines.forEach(at -> graphics.draw(new Line2D.Double(at[0], at[1], at[2], at[3])));
  }

  @Override
  public void line(int index, String name, List<double[]> strokes) {
    graphics.setColor(Color.decode(Palette.colour(Palette.ink(index), false)));
    graphics.setStroke(stroke(LINE, Palette.dashes(index)));
    for (double[] stroke : strokes) {
      if (stroke.length == 2) {
        graphics.fill(new Ellipse2D.Double(stroke[0] - 3, stroke[1] - 3, 6, 6));
        continue;
      }
      Path2D path = new Path2D.Double();
      path.moveTo(stroke[0], stroke[1]);
      for (int i = 2; i < stroke.length; i += 2) {
        path.lineTo(stroke[i], stroke[i + 1]);
      }
      graphics.draw(path);
    }
  }

  private void look(Look look) {
    graphics.setColor(Color.decode(look.colour(false)));
  }

  private static BasicStroke stroke(float width, float... dashes) {
    float[] lengths = dashes.length == 0 ? null : dashes;
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, lengths, 0);
  }
}
