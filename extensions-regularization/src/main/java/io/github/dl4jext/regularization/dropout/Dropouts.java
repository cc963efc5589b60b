package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.spi.Plugins;
import java.util.Objects;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;

/** Makes dropout layers. */
public final class Dropouts {

  private Dropouts() {}

  /**
   * Makes a layer that does nothing but drop. Take it where a layer's own {@code dropOut(...)} is
   * not wanted: behind the last layer of a block, or in front of one of those whose backward pass
   * forgets it, see the guide.
   *
   * @param dropout what to drop, such as {@code AlphaDropout.dropping(0.1)}
   * @return a layer for a network's configuration
   */
  public static DropoutLayer layer(IDropout dropout) {
    Objects.requireNonNull(dropout, "dropouts: dropout must be given, was null");
    return new DropoutLayer(dropout);
  }

  /**
   * Makes a layer of a dropout that is found by name.
   *
   * @param spec the dropout, such as {@code "alpha_dropout(rate=0.1)"}
   * @return a layer for a network's configuration
   */
  public static DropoutLayer layer(String spec) {
    return layer(Plugins.installed().create(IDropout.class, spec));
  }
}
