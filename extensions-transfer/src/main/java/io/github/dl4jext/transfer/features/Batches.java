package io.github.dl4jext.transfer.features;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** One pass through the data, checked against the network for which it is meant. */
final class Batches implements Iterator<MultiDataSet> {

  private final MultiDataSetIterator data;
  private final int inputs;
  private final int outputs;
  private int count;

  Batches(MultiDataSetIterator data, int inputs, int outputs) {
    this.data = data;
    this.inputs = inputs;
    this.outputs = outputs;
    if (data.resetSupported()) {
      data.reset();
    }
  }

  @Override
  public boolean hasNext() {
    return data.hasNext();
  }

  @Override
  public MultiDataSet next() {
    MultiDataSet batch = data.next();
    check(batch.getFeatures(), inputs, "features", "input");
    check(batch.getLabels(), outputs, "labels", "output");
    checkMasks(batch.getFeaturesMaskArrays(), inputs, "features");
    checkMasks(batch.getLabelsMaskArrays(), outputs, "labels");
    count++;
    return batch;
  }

  /** What becomes of each batch, made when it is asked for. */
  Iterator<MultiDataSet> mapped(UnaryOperator<MultiDataSet> change) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return Batches.this.hasNext();
      }

      @Override
      public MultiDataSet next() {
        return change.apply(Batches.this.next());
      }
    };
  }

  private void check(INDArray @Nullable [] arrays, int wanted, String what, String where) {
    if (arrays == null || Arrays.stream(arrays).anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("batch " + count + " has no " + what);
    }
    if (arrays.length != wanted) {
      throw new IllegalArgumentException(
          "batch "
              + count
              + " has "
              + arrays.length
              + " arrays of "
              + what
              + ", and the network "
              + wanted
              + " "
              + where
              + (wanted == 1 ? "" : "s"));
    }
  }

  private void checkMasks(INDArray @Nullable [] masks, int wanted, String what) {
    if (masks != null && masks.length != wanted) {
      throw new IllegalArgumentException(
          "batch "
              + count
              + " has "
              + masks.length
              + " masks of "
              + what
              + " for "
              + wanted
              + " arrays; give null for an array without");
    }
  }

  /** Masks of nothing but null are none. */
  static MultiDataSet of(
      INDArray[] features,
      INDArray[] labels,
      INDArray @Nullable [] featureMasks,
      INDArray @Nullable [] labelMasks) {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        detached(features),
        detached(labels),
        detached(someOrNull(featureMasks)),
        detached(someOrNull(labelMasks)));
  }

  private static INDArray @Nullable [] someOrNull(INDArray @Nullable [] masks) {
    return masks == null || Arrays.stream(masks).allMatch(Objects::isNull) ? null : masks;
  }

  private static INDArray @Nullable [] detached(INDArray @Nullable [] arrays) {
    return arrays == null
        ? null
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : array.detach())
            .toArray(INDArray[]::new);
  }

  /** The mask of a network with one input or output. */
  static @Nullable INDArray only(INDArray @Nullable [] masks) {
    return masks == null ? null : masks[0];
  }

  /** What the head is given must be a row for each example. */
  static void requireExamples(List<String> names, INDArray[] atBorder, INDArray given) {
    for (int i = 0; i < atBorder.length; i++) {
      if (atBorder[i].size(0) != given.size(0)) {
        throw new IllegalArgumentException(
            "layer "
                + names.get(i)
                + " outputs "
                + atBorder[i].size(0)
                + " rows for "
                + given.size(0)
                + " examples, which a cache of features cannot keep; train without it");
      }
    }
  }
}
