package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A layer with parameters that learn, whose arguments are declared by a {@link Technique}: they are
 * stored under {@code arguments}, beside the fields that DL4J gives every layer.
 */
abstract class DeclaredLayer extends FeedForwardLayer {

  private static final long serialVersionUID = 1L;

  private transient Arguments arguments;

  DeclaredLayer(Technique<Layer> technique, Arguments given) {
    arguments = technique.read(given);
    activationFn = new ActivationIdentity();
    biasInit = Double.NaN; // what is not set is taken from the network's builder
    gainInit = Double.NaN;
    gradientNormalization = null;
    gradientNormalizationThreshold = Double.NaN;
  }

  /** Declares what is stored. */
  abstract Technique<Layer> technique();

  /**
   * Returns the value of a parameter.
   *
   * @param parameter one of the layer's
   * @param <V> its type
   * @return the value
   */
  public final <V> V get(Parameter<V> parameter) {
    return arguments.get(parameter);
  }

  final <V> void set(Parameter<V> parameter, V value) {
    arguments = technique().read(arguments.with(parameter, value));
  }

  /** A copy of which one argument is another. */
  @SuppressWarnings("unchecked") // clones are of the same class
  final <L extends DeclaredLayer, V> L having(Parameter<V> parameter, V value) {
    DeclaredLayer copy = clone();
    copy.set(parameter, value);
    return (L) copy;
  }

  /**
   * What JSON has beside the fields of every layer.
   *
   * @return the arguments
   */
  @JsonProperty("arguments")
  final Arguments arguments() {
    return arguments;
  }

  @JsonAnySetter
  private void refuse(String name, @Nullable Object value) {
    StoredLayer.refuse(technique(), name, value);
  }

  /** The activation is none, whatever the network's builder says of all layers. */
  @Override
  public final void setActivationFn(@Nullable IActivation ignored) {
    activationFn = new ActivationIdentity();
  }

  @Override
  public DeclaredLayer clone() {
    return (DeclaredLayer) super.clone();
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(arguments);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    arguments = technique().read((Arguments) in.readObject());
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof DeclaredLayer that
        && that.arguments.equals(arguments);
  }

  @Override
  public final int hashCode() {
    return 31 * super.hashCode() + arguments.hashCode();
  }

  @Override
  protected final boolean canEqual(@Nullable Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName()
        + Optional.ofNullable(layerName).map(name -> " \"" + name + "\" ").orElse("")
        + arguments;
  }
}
