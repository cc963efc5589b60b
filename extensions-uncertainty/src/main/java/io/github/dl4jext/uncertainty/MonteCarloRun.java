package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.HostMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Predicts the examples of one call in chunks. The layers in front of the first dropout are
 * computed once for a chunk, and the others for batches of several samples of the chunk. The arrays
 * of a batch are in a workspace, which the next batch reuses.
 */
final class MonteCarloRun {

  /** The numbers in a batch, which are eight megabytes of floats. */
  private static final long BATCH_NUMBERS = 1L << 21;

  private static final int MOST_ROWS = 8192;
  private static final int FEWEST_ROWS = 16;
  private static final String CHUNK = "MONTE_CARLO_CHUNK";
  private static final String BATCH = "MONTE_CARLO_BATCH";
  private static final String LOOP = "MONTE_CARLO_LOOP";
  private static final WorkspaceConfiguration REUSED =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .overallocationLimit(0.05)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .policySpill(SpillPolicy.REALLOCATE)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .build();

  private final InferencePlan plan;
  private final MonteCarloSettings settings;
  private final int iteration;
  private final int epoch;
  private final boolean[] random;
  private final boolean bySample;
  private RunningPrediction @Nullable [] running;

  MonteCarloRun(InferencePlan plan, MonteCarloSettings settings, int iteration, int epoch) {
    this.plan = plan;
    this.settings = settings;
    this.iteration = iteration;
    this.epoch = epoch;
    this.bySample =
        plan.steps().stream().anyMatch(step -> step.isRandomBySampleAt(iteration, epoch));
    this.random = new boolean[plan.inputs() + plan.steps().size()];
    for (int i = 0; i < plan.steps().size(); i++) {
      PlanStep step = plan.steps().get(i);
      random[plan.inputs() + i] =
          step.isRandomAt(iteration, epoch)
              || Arrays.stream(step.inputs()).anyMatch(value -> random[value]);
    }
  }

  List<MonteCarloPrediction> predict(
      INDArray[] inputs, @Nullable INDArray @Nullable [] masks, long firstRow) {
    int examples = (int) inputs[0].size(0);
    int rows = settings.batchSize() == null ? fittingRows(inputs, masks) : settings.batchSize();
    try {
      for (int from = 0; from < examples; from += rows) {
        int to = Math.min(from + rows, examples);
        new Chunk(part(inputs, from, to), partOf(masks, from, to), from, firstRow)
            .sample(rows, examples);
      }
    } finally {
      for (String name : new String[] {CHUNK, BATCH, LOOP}) {
        Nd4j.getWorkspaceManager()
            .destroyWorkspace(
                Nd4j.getWorkspaceManager().getWorkspaceForCurrentThread(REUSED, name));
      }
    }
    return Arrays.stream(Objects.requireNonNull(running, "predictions"))
        .map(one -> new MonteCarloPrediction(one.finish()))
        .toList();
  }

  private static INDArray[] part(INDArray[] inputs, int from, int to) {
    INDArray[] parts = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      INDArrayIndex[] index = new INDArrayIndex[inputs[i].rank()];
      Arrays.fill(index, NDArrayIndex.all());
      index[0] = NDArrayIndex.interval(from, to);
      parts[i] = inputs[i].get(index);
    }
    return parts;
  }

  private static @Nullable INDArray @Nullable [] partOf(
      @Nullable INDArray @Nullable [] masks, int from, int to) {
    return masks == null
        ? null
        : Arrays.stream(masks)
            .map(mask -> mask == null ? null : part(new INDArray[] {mask}, from, to)[0])
            .toArray(INDArray[]::new);
  }

  /** Computes one example, to count the numbers that each row takes. */
  private int fittingRows(INDArray[] inputs, @Nullable INDArray @Nullable [] masks) {
    Chunk one = new Chunk(part(inputs, 0, 1), partOf(masks, 0, 1), 0, 0);
    LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
    one.prepare(none);
    INDArray[] values = one.values(1, none, 0);
    long numbers = 0;
    for (int i = 0; i < values.length; i++) {
      INDArray value = values[i] == null ? one.fixed[i] : values[i];
      numbers += value == null ? 0 : value.length();
    }
    long most = Math.max(FEWEST_ROWS, BATCH_NUMBERS / Math.max(1, numbers));
    return (int) Math.min(MOST_ROWS, most);
  }

  /** Reads all numbers at once, because ND4J's own method checks the type for each. */
  private static double[] numbers(INDArray inOrder) {
    INDArray readable = HostMemory.isReadable(inOrder) ? inOrder : inOrder.castTo(DataType.DOUBLE);
    double[] numbers = new double[(int) readable.length()];
    new HostMemory(readable, numbers.length).read(0, numbers, numbers.length);
    return numbers;
  }

  private static LayerWorkspaceMgr workspaces(String name) {
    return LayerWorkspaceMgr.builder()
        .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, LOOP, REUSED)
        .defaultWorkspace(name, REUSED)
        .build();
  }

  /** Examples that go through the network together. */
  private final class Chunk {

    private final INDArray[] inputs;
    private final @Nullable INDArray @Nullable [] masks;
    private final INDArray[] fixed;
    private final int from;
    private final long firstRow;
    private final int size;

    /** The examples that need more samples. */
    private int[] left;

    Chunk(INDArray[] inputs, @Nullable INDArray @Nullable [] masks, int from, long firstRow) {
      this.inputs = inputs;
      this.masks = masks;
      this.fixed = Arrays.copyOf(inputs, random.length);
      this.from = from;
      this.firstRow = firstRow;
      this.size = (int) inputs[0].size(0);
      this.left = IntStream.range(0, size).toArray();
    }

    void sample(int rows, int examples) {
      MemoryWorkspace own = Nd4j.getWorkspaceManager().getAndActivateWorkspace(REUSED, CHUNK);
      try {
        prepare(workspaces(CHUNK));
        int sample = 0;
        while (sample < settings.samples() && left.length > 0) {
          int fitting = bySample ? 1 : Math.max(1, rows / left.length);
          int samples = Math.min(fitting, settings.samples() - sample);
          batch(sample, samples, examples);
          sample += samples;
          left = Arrays.stream(left).filter(i -> !isDone(from + i)).toArray();
        }
      } finally {
        own.close();
      }
    }

    private void batch(int firstSample, int samples, int examples) {
      MemoryWorkspace own = Nd4j.getWorkspaceManager().getAndActivateWorkspace(REUSED, BATCH);
      try {
        take(values(samples, workspaces(BATCH), firstSample), samples, examples);
      } finally {
        own.close();
      }
    }

    /** Computes the values that do not depend on random numbers. */
    void prepare(LayerWorkspaceMgr workspaces) {
      plan.setInputs(inputs);
      plan.setMasks(masks);
      for (int i = 0; i < plan.steps().size(); i++) {
        int value = plan.inputs() + i;
        if (!random[value]) {
          PlanStep step = plan.steps().get(i);
          INDArray[] from =
              Arrays.stream(step.inputs()).mapToObj(v -> fixed[v]).toArray(INDArray[]::new);
          fixed[value] = step.forward(from, false, size, null, workspaces);
        }
      }
    }

    /** Computes the values that depend on random numbers, for some samples of the examples left. */
    INDArray[] values(int samples, LayerWorkspaceMgr workspaces, int firstSample) {
      long[] numbers =
          Arrays.stream(left)
              .mapToLong(i -> settings.sameMask() ? 0 : firstRow + from + i)
              .toArray();
      if (masks != null) {
        plan.setMasks(
            Arrays.stream(masks)
                .map(mask -> mask == null ? null : repeated(mask, samples))
                .toArray(INDArray[]::new));
      }
      SampleBatch batch =
          new SampleBatch(settings.seed(), firstSample, samples, numbers, iteration, epoch);
      INDArray[] values = new INDArray[random.length];
      for (int i = 0; i < plan.steps().size(); i++) {
        int value = plan.inputs() + i;
        if (random[value]) {
          PlanStep step = plan.steps().get(i);
          boolean fresh = Arrays.stream(step.inputs()).noneMatch(v -> random[v]);
          INDArray[] from =
              Arrays.stream(step.inputs())
                  .mapToObj(v -> random[v] ? values[v] : repeated(fixed[v], samples))
                  .toArray(INDArray[]::new);
          values[value] =
              step.forward(from, fresh || plan.chain(), batch.rows(), batch, workspaces);
        }
      }
      return values;
    }

    /** Returns a new array with the rows of the examples left, once for each sample. */
    private INDArray repeated(INDArray value, int samples) {
      long[] shape = value.shape().clone();
      int parts = (int) (shape[0] / size);
      shape[0] = (long) parts * samples * left.length;
      if (parts > 1 || left.length < size) {
        int[] rows =
            IntStream.range(0, (int) shape[0])
                .map(i -> i / (samples * left.length) * size + left[i % left.length])
                .toArray();
        INDArray matrix =
            value.dup('c').reshape('c', new long[] {value.size(0), value.length() / value.size(0)});
        return Nd4j.pullRows(matrix, 1, rows, 'c').reshape('c', shape);
      }
      INDArray all = Nd4j.createUninitialized(value.dataType(), shape, 'c');
      for (int i = 0; i < samples; i++) {
        part(new INDArray[] {all}, i * size, (i + 1) * size)[0].assign(value);
      }
      return all;
    }

    private void take(INDArray[] values, int samples, int examples) {
      double[][] numbers = new double[plan.outputs().length][];
      for (int i = 0; i < numbers.length; i++) {
        int value = plan.outputs()[i];
        INDArray output = random[value] ? values[value] : repeated(fixed[value], samples);
        numbers[i] = read(output, i, samples, examples);
      }
      RunningPrediction[] all = Objects.requireNonNull(running, "predictions");
      for (int row = 0; row < samples * left.length; row++) {
        int example = from + left[row % left.length];
        if (!isDone(example)) {
          for (int i = 0; i < numbers.length; i++) {
            all[i].add(example, numbers[i], row * all[i].unitsPerRow());
          }
        }
      }
    }

    /** Reads an output row after row, with its classes in the last dimension. */
    private double[] read(INDArray output, int number, int samples, int examples) {
      if (output.size(0) != (long) samples * left.length) {
        throw new IllegalArgumentException(
            "output "
                + number
                + " has "
                + output.size(0)
                + " rows for "
                + samples * left.length
                + " examples: let the last layer give one row for each, as RnnOutputLayer does");
      }
      OutputForm form = settings.form(plan.forms().get(number));
      INDArray ordered = form.classesLast(output);
      if (running == null) {
        running = new RunningPrediction[plan.outputs().length];
      }
      if (running[number] == null) {
        long[] shape = ordered.shape().clone();
        shape[0] = examples;
        running[number] = new RunningPrediction(form, shape, settings);
      }
      return numbers(ordered.dup('c'));
    }
  }

  private boolean isDone(int example) {
    if (settings.tolerance() == null || running == null) {
      return false;
    }
    if (running[0].count(example) < settings.minimumSamples()) {
      return false;
    }
    return Arrays.stream(running).allMatch(r -> r.standardError(example) < settings.tolerance());
  }
}
