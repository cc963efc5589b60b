package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Tests what every layer must do.
 *
 * <ul>
 *   <li>It accepts each form of input that the test states, and refuses others with a message that
 *       names the layer.
 *   <li>Its gradient agrees with finite differences, and it computes the same in float as in
 *       double.
 *   <li>In both types of network it trains alike, resumes bit by bit, and does not change when it
 *       is frozen.
 *   <li>Masked steps do not change the score or the gradient.
 *   <li>It satisfies {@link StoredPluginContract}.
 * </ul>
 *
 * <p>A test states the facts of one layer:
 *
 * <pre>{@code
 * class ScaleTest extends LayerContract {
 *   @Override
 *   protected String spec() {
 *     return "scale(by=2)";
 *   }
 *
 *   @Override
 *   protected List<String> otherSpecs() {
 *     return List.of("scale(by=3)");
 *   }
 * }
 * }</pre>
 */
public abstract class LayerContract extends StoredPluginContract<Layer> {

  private static final int FEATURES = 6;

  @Override
  protected final Class<Layer> kind() {
    return Layer.class;
  }

  /**
   * Returns the types of input that the layer accepts, each with 6 features.
   *
   * @return dense, recurrent and images, the last two in both orders of memory, unless overridden
   */
  protected List<InputType> inputs() {
    return Arrays.asList(LayerNetworks.everyInput(FEATURES));
  }

  /**
   * Returns a type of input that the layer refuses.
   *
   * @return the type; null, unless overridden, for a layer that accepts all
   */
  protected @Nullable InputType otherInput() {
    return null;
  }

  private List<Model> networks(InputType in) {
    return List.of(
        LayerNetworks.stack(Networks.base(), in, create()),
        LayerNetworks.graph(Networks.base(), in, create()));
  }

  @Test
  final void hasTheGradientOfFiniteDifferences() {
    for (InputType in : inputs()) {
      Model net = LayerNetworks.stack(Networks.base(), in, create());
      disturb(net);
      LayerNetworks.assertGradient(net, LayerNetworks.data(in));
      if (in instanceof InputType.InputTypeRecurrent series) {
        LayerNetworks.assertGradient(net, LayerNetworks.masked(series));
      }
    }
  }

  /** Moves parameters away from their initial values, since gains of 1 hide mistakes. */
  private static void disturb(Model net) {
    INDArray params = net.params();
    for (long i = 0; i < params.length(); i++) {
      params.putScalar(i, params.getDouble(i) + 0.3 * Math.sin(i));
    }
  }

  @Test
  final void resumesBitByBit() {
    for (InputType in : inputs()) {
      DataSet data = LayerNetworks.data(in);
      Networks.assertResumes(LayerNetworks.stack(Networks.base(), in, create()), 0, data);
      Networks.assertResumes(LayerNetworks.graph(Networks.base(), in, create()), 0, data);
    }
  }

  @Test
  final void bothNetworkTypesTrainAlike() {
    for (InputType in : inputs()) {
      List<Model> nets = networks(in);
      for (Model net : nets) {
        Network.of(net).fit(LayerNetworks.data(in));
      }
      assertThat(Networks.numbers(nets.get(0))).isEqualTo(Networks.numbers(nets.get(1)));
    }
  }

  @Test
  final void computesInFloatWhatItDoesInDouble() {
    for (InputType in : inputs()) {
      INDArray features = LayerNetworks.data(in).getFeatures();
      MultiLayerNetwork wide = LayerNetworks.stack(Networks.base(), in, create());
      MultiLayerNetwork narrow =
          LayerNetworks.stack(Networks.base().dataType(DataType.FLOAT), in, create());
      narrow.setParams(wide.params().castTo(DataType.FLOAT));
      double[] expected = Networks.numbers(wide.feedForward(features).get(2));
      INDArray actual = narrow.feedForward(features.castTo(DataType.FLOAT)).get(2);
      assertThat(actual.dataType()).isEqualTo(DataType.FLOAT);
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      // the inputs are rounded to float, too
      assertThat(Networks.numbers(actual)).containsExactly(expected, within(3e-6 * largest));
    }
  }

  @Test
  final void staysAsItIsWhenFrozen() {
    for (InputType in : inputs()) {
      MultiLayerNetwork net = LayerNetworks.stack(Networks.base(), in, new FrozenLayer(create()));
      INDArray own = net.getLayer(1).params();
      double[] before = own == null ? new double[0] : Networks.numbers(own);
      double[] all = Networks.numbers(net);
      net.fit(LayerNetworks.data(in));
      assertThat(own == null ? new double[0] : Networks.numbers(own)).isEqualTo(before);
      assertThat(Networks.numbers(net)).isNotEqualTo(all);
      Networks.assertResumes(net, 0, LayerNetworks.data(in));
    }
  }

  @Test
  final void maskedStepsChangeNothing() {
    for (InputType in : inputs()) {
      if (in instanceof InputType.InputTypeRecurrent series) {
        for (Model net : networks(in)) {
          DataSet data = LayerNetworks.masked(series);
          double score = LayerNetworks.score(net, data);
          double[] gradient = Networks.numbers(Network.of(net).gradients());
          INDArray mask = LayerNetworks.maskOf(data, series);
          data.getFeatures().addi(mask.rsub(1).muli(17));
          assertThat(LayerNetworks.score(net, data)).isEqualTo(score);
          assertThat(Networks.numbers(Network.of(net).gradients())).isEqualTo(gradient);
        }
      }
    }
  }

  @Test
  final void refusesAnotherInputByName() {
    InputType other = otherInput();
    if (other != null) {
      assertThatThrownBy(() -> LayerNetworks.stack(Networks.base(), other, create()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(create().getClass().getSimpleName());
      assertThatThrownBy(() -> LayerNetworks.graph(Networks.base(), other, create()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(create().getClass().getSimpleName());
    }
  }

  @Test
  final void knowsItsParametersByName() {
    InputType in = inputs().get(0);
    Layer layer = create();
    layer.setNIn(in, true);
    assertThat(layer.initializer().numParams(layer) > 0)
        .isEqualTo(!layer.initializer().paramKeys(layer).isEmpty());
    assertThat(layer.clone()).isEqualTo(layer).isNotSameAs(layer);
    assertThat(layer.getMemoryReport(in)).isNotNull();
  }
}
