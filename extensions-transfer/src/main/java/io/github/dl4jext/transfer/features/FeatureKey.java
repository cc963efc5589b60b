package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A hash of all that determines what is at the border of trunk and head. */
final class FeatureKey {

  private final MessageDigest hash;

  FeatureKey() {
    try {
      hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  void add(String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }

  /** How a layer is made; neither what freezes it nor how far its training has come. */
  void add(NeuralNetConfiguration conf, InputPreProcessor before) {
    NeuralNetConfiguration layer = conf.clone();
    layer.setLayer(Topology.unwrap(layer.getLayer()));
    layer.setIterationCount(0);
    layer.setEpochCount(0);
    add(layer.toJson());
    add(before == null ? "none" : json(before));
  }

  /** How a vertex is made, without what freezes it. */
  void add(GraphVertex stored) {
    GraphVertex vertex = Topology.unwrap(stored);
    if (vertex instanceof LayerVertex layer) {
      add(layer.getLayerConf(), layer.getPreProcessor());
    } else {
      add(json(vertex));
    }
  }

  void add(MultiDataSet batch) {
    add(batch.getFeatures());
    add(batch.getLabels());
    add(batch.getFeaturesMaskArrays());
    add(batch.getLabelsMaskArrays());
  }

  private void add(INDArray[] arrays) {
    add(arrays == null ? "none" : arrays.length + " arrays");
    if (arrays != null) {
      for (INDArray array : arrays) {
        add(array);
      }
    }
  }

  void add(INDArray array) {
    if (array == null) {
      add("none");
      return;
    }
    add(array.dataType() + Arrays.toString(array.shape()));
    hash.update(FeatureBytes.of(array, 'c'));
  }

  private static String json(Object value) {
    try {
      return NeuralNetConfiguration.mapper().writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of a file. */
  String text() {
    return HexFormat.of().formatHex(hash.digest());
  }
}
