package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LiveNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Computes a hash of everything that determines the values at the border of backbone and head. */
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

  /** Adds how a node is made, with its parameters; not what freezes it. */
  void add(LiveNode node) {
    add(node.name() + " of " + node.inputs() + " and " + node.networkInputs());
    add(json(node.isLayer() ? node.layer().orElseThrow() : node.vertex().orElseThrow()));
    add(node.preProcessor().map(FeatureKey::json).orElse("none"));
    node.parameters()
        .forEach(
            (name, array) -> {
              add(name);
              add(array);
            });
  }

  void add(MultiDataSet batch) {
    add(batch.getFeatures());
    add(batch.getLabels());
    add(batch.getFeaturesMaskArrays());
    add(batch.getLabelsMaskArrays());
  }

  private void add(INDArray @Nullable [] arrays) {
    add(arrays == null ? "none" : arrays.length + " arrays");
    if (arrays != null) {
      for (INDArray array : arrays) {
        add(array);
      }
    }
  }

  void add(@Nullable INDArray array) {
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
