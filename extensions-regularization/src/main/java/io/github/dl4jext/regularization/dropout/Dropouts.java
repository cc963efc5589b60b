package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.spi.Plugins;
import java.util.Objects;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;

/** Makes dropout layers. */
public final class Dropouts {

  private Dropouts() {}

  /**
   * Makes a layer that only applies dropout. Use it where a layer's own {@code dropOut(...)} does
   * not fit: behind the last layer of a block, or in front of one of the layers whose backward pass
   * ignores their dropout, see the guide.
   *
   * @param dropout the dropout, such as {@code AlphaDropout.dropping(0.1)}
   * @return a layer for a network's configuration
   */
  public static DropoutLayer layer(IDropout dropout) {
    Objects.requireNonNull(dropout, "dropouts: dropout must be given, was null");
    return new DropoutLayer(dropout);
  }

  /**
   * Makes a layer that only applies a dropout, which is found by its name.
   *
   * @param spec the dropout, such as {@code "alpha_dropout(rate=0.1)"}
   * @return a layer for a network's configuration
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the spec names no installed dropout,
   *     or an argument is out of range
   */
  public static DropoutLayer layer(String spec) {
    return layer(Plugins.installed().create(IDropout.class, spec));
  }
}
