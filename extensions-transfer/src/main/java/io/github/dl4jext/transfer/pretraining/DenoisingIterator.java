package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The task of every batch, made on demand, with other random numbers in every epoch. */
final class DenoisingIterator implements DataSetIterator {

  private static final long serialVersionUID = 1L;

  private final transient FeatureBatches data;
  private final transient UnaryOperator<INDArray> below;
  private final transient Corruption corruption;
  private final long seed;
  private long drawn;

  DenoisingIterator(
      FeatureBatches data, UnaryOperator<INDArray> below, Corruption corruption, long seed) {
    this.data = data;
    this.below = below;
    this.corruption = corruption;
    this.seed = seed;
  }

  @Override
  public boolean hasNext() {
    return data.hasNext();
  }

  @Override
  public DataSet next() {
    INDArray inputs = below.apply(data.next());
    CounterRandom seeds = new CounterRandom(new CounterRandom(seed).bits(0, drawn++));
    return corruption.task(
        inputs,
        new CounterRandom(
            LongStream.range(0, inputs.rows()).map(row -> seeds.bits(0, row)).toArray()));
  }

  @Override
  public void reset() {
    data.reset();
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** What is below is a network, which one thread at a time may run. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public DataSet next(int examples) {
    throw new UnsupportedOperationException("batches come as the data has them: call next()");
  }

  @Override
  public int inputColumns() {
    return -1;
  }

  @Override
  public int totalOutcomes() {
    return -1;
  }

  @Override
  public int batch() {
    return -1;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("set the preprocessor of the data itself");
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return null;
  }

  @Override
  public List<String> getLabels() {
    return List.of();
  }
}
