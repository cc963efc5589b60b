package io.github.dl4jext.cpu;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Reports what makes ND4J slow on this machine, and how to change it.
 *
 * <pre>{@code
 * CpuAdvice.check().forEach(System.out::println);
 * }</pre>
 */
public final class CpuAdvice {

  private CpuAdvice() {}

  /**
   * Examines the loaded libraries: the kernels that OpenBLAS has chosen, the instructions of ND4J's
   * binary, the threads of both, and JavaCPP's memory limit.
   *
   * @return one text for each cause of slowness; empty if there is none
   * @throws IllegalStateException if ND4J's backend is not a CPU
   */
  public static List<String> check() {
    return CpuState.current().advice();
  }

  /**
   * Examines the loaded libraries, and a network as well. It reports layers that compute their
   * product twice in each step, which {@link FastLayers} replaces, and other convolutions that lay
   * out their input again in the backward pass.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return one text for each cause of slowness; empty if there is none
   * @throws IllegalStateException if ND4J's backend is not a CPU
   * @throws IllegalArgumentException if the network is of another type or not initialised
   */
  public static List<String> check(Model network) {
    List<String> advice = new ArrayList<>(check());
    Network face = Network.of(network);
    List<String> twice = names(face, FastLayers::isReplaced);
    if (!twice.isEmpty()) {
      advice.add(
          "the layers "
              + twice
              + " compute their product twice in each step, convolutions lay out their input twice"
              + " too, and the lowest layer computes a gradient that nobody reads; call"
              + " FastLayers.of(network)");
    }
    List<String> convolutions =
        names(
            face,
            layer ->
                layer instanceof ConvolutionLayer
                    && !(layer instanceof FastConvolution)
                    && !FastLayers.isReplaced(layer));
    CacheMode mode =
        face.byType(
            stack -> stack.getLayerWiseConfigurations().getCacheMode(),
            graph -> graph.getConfiguration().getCacheMode());
    if (!convolutions.isEmpty() && mode != CacheMode.DEVICE) {
      advice.add(
          "the convolutions "
              + convolutions
              + " lay out their input twice in each step; give the builder of the configuration"
              + " cacheMode(CacheMode.DEVICE), which takes memory for it");
    }
    return advice;
  }

  private static List<String> names(Network network, Predicate<Layer> condition) {
    return network.nodes().stream()
        .filter(node -> node.storedLayer().filter(condition).isPresent())
        .map(Node::name)
        .toList();
  }
}
