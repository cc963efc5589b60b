package io.github.dl4jext.transfer.folding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Carries a scale and shift by channel across a preprocessor that only reorders numbers. An array
 * that holds each channel's number everywhere goes through the preprocessor itself; what comes out
 * must again be one number per channel. So flattening of either image format needs no code here.
 */
final class PreProcessorAffine {

  private static final Set<Class<?>> ONLY_REORDER =
      Set.of(
          CnnToFeedForwardPreProcessor.class,
          CnnToRnnPreProcessor.class,
          Cnn3DToFeedForwardPreProcessor.class,
          FeedForwardToCnnPreProcessor.class,
          FeedForwardToCnn3DPreProcessor.class,
          FeedForwardToRnnPreProcessor.class,
          RnnToCnnPreProcessor.class,
          RnnToFeedForwardPreProcessor.class);

  private PreProcessorAffine() {}

  /** What must be applied to the preprocessor's output, for the affine map of its input. */
  static Optional<ChannelAffine> forward(
      @Nullable InputPreProcessor preProcessor,
      ChannelAffine affine,
      long[] inputShape,
      int inputAxis,
      IntUnaryOperator outputAxis,
      int examples) {
    return carried(
        preProcessor,
        affine,
        inputShape,
        inputAxis,
        outputAxis,
        x ->
            Objects.requireNonNull(preProcessor, "preProcessor")
                .clone()
                .preProcess(x, examples, LayerWorkspaceMgr.noWorkspaces()));
  }

  /** The shape after the preprocessor. */
  static long[] shapeAfter(
      @Nullable InputPreProcessor preProcessor, long[] inputShape, int examples) {
    return preProcessor == null
        ? inputShape
        : preProcessor
            .clone()
            .preProcess(
                Nd4j.zeros(DataType.DOUBLE, inputShape), examples, LayerWorkspaceMgr.noWorkspaces())
            .shape();
  }

  /** What must be applied to the preprocessor's input, for the affine map of its output. */
  static Optional<ChannelAffine> backward(
      @Nullable InputPreProcessor preProcessor,
      ChannelAffine affine,
      long[] outputShape,
      int outputAxis,
      IntUnaryOperator inputAxis,
      int examples) {
    return carried(
        preProcessor,
        affine,
        outputShape,
        outputAxis,
        inputAxis,
        x ->
            Objects.requireNonNull(preProcessor, "preProcessor")
                .clone()
                .backprop(x, examples, LayerWorkspaceMgr.noWorkspaces()));
  }

  private static Optional<ChannelAffine> carried(
      @Nullable InputPreProcessor preProcessor,
      ChannelAffine affine,
      long[] shape,
      int axis,
      IntUnaryOperator newAxis,
      UnaryOperator<INDArray> way) {
    if (preProcessor == null) {
      return axis == newAxis.applyAsInt(shape.length) ? Optional.of(affine) : Optional.empty();
    }
    if (!onlyReorders(preProcessor)) {
      return Optional.empty();
    }
    Optional<double[]> scale =
        collected(way.apply(spread(affine.scaleVector(), shape, axis)), newAxis);
    Optional<double[]> shift =
        collected(way.apply(spread(affine.shiftVector(), shape, axis)), newAxis);
    return scale.isPresent() && shift.isPresent()
        ? Optional.of(new ChannelAffine(scale.get(), shift.get()))
        : Optional.empty();
  }

  private static boolean onlyReorders(InputPreProcessor preProcessor) {
    return preProcessor instanceof ComposableInputPreProcessor several
        ? Arrays.stream(several.getInputPreProcessors()).allMatch(PreProcessorAffine::onlyReorders)
        : ONLY_REORDER.contains(preProcessor.getClass());
  }

  private static INDArray spread(INDArray byChannel, long[] shape, int axis) {
    INDArray zeros = Nd4j.zeros(DataType.DOUBLE, shape);
    return Broadcast.add(zeros, byChannel, zeros, axis);
  }

  /** The number of each channel; empty if a channel has several. */
  private static Optional<double[]> collected(INDArray array, IntUnaryOperator axisByRank) {
    int axis = axisByRank.applyAsInt(array.rank());
    List<Integer> order = new ArrayList<>(List.of(axis));
    for (int i = 0; i < array.rank(); i++) {
      if (i != axis) {
        order.add(i);
      }
    }
    INDArray byChannel =
        array
            .permute(order.stream().mapToInt(Integer::intValue).toArray())
            .dup('c')
            .reshape('c', array.size(axis), -1);
    double[] largest = byChannel.max(1).toDoubleVector();
    return Arrays.equals(largest, byChannel.min(1).toDoubleVector())
        ? Optional.of(largest)
        : Optional.empty();
  }
}
