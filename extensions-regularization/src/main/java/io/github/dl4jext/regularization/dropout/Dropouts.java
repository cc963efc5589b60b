package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.spi.Plugins;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;

/** Ways to put a dropout into a network. */
public final class Dropouts {

  private Dropouts() {}

  /**
   * A layer that does nothing but drop. Take it where a layer's own {@code dropOut(...)} is not
   * wanted: behind the last layer of a block, or in front of one of those whose backward pass
   * forgets it, see the guide.
   *
   * @param dropout what to drop, such as {@code new AlphaDropout(0.1)}
   * @return a layer for a network's configuration
   */
  public static DropoutLayer layer(IDropout dropout) {
    return new DropoutLayer(dropout);
  }

  /**
   * The same for a dropout that is made by name.
   *
   * @param spec the dropout, such as {@code "alpha_dropout(rate=0.1)"}
   * @return a layer for a network's configuration
   */
  public static DropoutLayer layer(String spec) {
    return layer(Plugins.installed().create(IDropout.class, spec));
  }
}
