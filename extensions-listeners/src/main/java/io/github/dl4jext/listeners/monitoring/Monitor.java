package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * A figure of a network that a listener watches, and whether a higher one is better. Keras calls
 * the two {@code monitor} and {@code mode}.
 *
 * <pre>{@code
 * EarlyStopping.builder().monitor(Monitor.validationLoss(valid)).patience(10).build();
 * new History(Monitor.validationLoss(valid), Monitor.validationAccuracy(valid));
 * }</pre>
 *
 * <p>A figure on validation data resets the data and reads them once each time it is computed.
 * Masks are used. If a network's outputs are NaN, the figure is NaN, whereas DL4J's evaluation
 * throws an exception.
 *
 * <p><b>Several sigmoid outputs.</b> A layer with several sigmoid outputs predicts each label
 * separately, and an example may have several labels. This is assumed if the output's activation is
 * a sigmoid, or its loss a binary cross-entropy, and it has more than one column. The accuracy is
 * then Keras's binary accuracy: the share of all labels of all examples that are right, at a
 * threshold of 0.5. F1 is the micro average, over all true and false positives and negatives
 * together. For a softmax, and all other outputs, the largest output is the class. F1 is then that
 * of class 1 if there are two classes, or else the mean over the classes.
 *
 * <p><b>Several outputs.</b> The loss is that of the whole network. Accuracy and F1 of a graph with
 * several outputs need {@link #ofOutput}, and throw {@code IllegalArgumentException} without it.
 *
 * <p><b>Averaged weights.</b> With {@link #ofAverage} a figure is computed on a copy of the network
 * with its averaged weights. The network that is trained does not change, to the last bit. Each
 * figure makes one copy of the network in each epoch.
 *
 * <pre>{@code
 * ExponentialMovingAverage ema = new ExponentialMovingAverage(0.999);
 * net.addListeners(ema, new History(Monitor.validationLoss(valid).ofAverage(ema)));
 * }</pre>
 *
 * <p><b>Saving.</b> The name and the direction are saved with a listener. Data and functions are
 * not, because they belong to the program, see {@link ResumableListener}.
 */
public final class Monitor implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final boolean higherIsBetter;
  private final boolean trainingLoss;

  /** Null for the training loss, and after serialization. */
  private final transient @Nullable ToDoubleFunction<Model> function;

  /** Null if the network itself is judged, and after serialization. */
  private final transient @Nullable Average average;

  private Monitor(String name, boolean higherIsBetter, ToDoubleFunction<Model> function) {
    this(name, higherIsBetter, false, function, null);
  }

  private Monitor(
      String name,
      boolean higherIsBetter,
      boolean trainingLoss,
      @Nullable ToDoubleFunction<Model> function,
      @Nullable Average average) {
    this.name = name;
    this.higherIsBetter = higherIsBetter;
    this.trainingLoss = trainingLoss;
    this.function = function;
    this.average = average;
  }

  /**
   * Watches the training loss: the mean over the steps since the last figure, each before its
   * update, with dropout and regularization. It costs nothing.
   *
   * @return the monitor {@code loss}; lower is better
   */
  public static Monitor trainingLoss() {
    return new Monitor("loss", false, true, null, null);
  }

  /**
   * Watches the loss on other data, with L1 and L2 as in training. It is the mean over all
   * examples, also if batches differ in size.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation loss}; lower is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationLoss(DataSetIterator data) {
    return validationLoss(multi(data));
  }

  /**
   * Watches the loss on other data, as {@link #validationLoss(DataSetIterator)} does.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation loss}; lower is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationLoss(MultiDataSetIterator data) {
    return new Monitor("validation loss", false, new ValidationLoss(check(data)));
  }

  /**
   * Watches the share of other data that is classified correctly: of examples, or of labels if an
   * example may have several.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation accuracy}; higher is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationAccuracy(DataSetIterator data) {
    return validationAccuracy(multi(data));
  }

  /**
   * Watches the accuracy on other data, as {@link #validationAccuracy(DataSetIterator)} does.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation accuracy}; higher is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationAccuracy(MultiDataSetIterator data) {
    return new Monitor("validation accuracy", true, Classification.accuracy(check(data)));
  }

  /**
   * Watches the F1 score on other data: that of class 1 if there are two classes, the mean over the
   * classes if there are more, or the micro average if an example may have several labels.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation f1}; higher is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationF1(DataSetIterator data) {
    return validationF1(multi(data));
  }

  /**
   * Watches the F1 score on other data, as {@link #validationF1(DataSetIterator)} does.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation f1}; higher is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationF1(MultiDataSetIterator data) {
    return new Monitor("validation f1", true, Classification.f1(check(data)));
  }

  /**
   * Watches any figure of which a lower one is better.
   *
   * @param name the name of the figure
   * @param function computes the figure of a network
   * @return the monitor
   * @throws InvalidArgumentException if an argument is null
   */
  public static Monitor minimizing(String name, ToDoubleFunction<Model> function) {
    return any(name, false, function);
  }

  /**
   * Watches any figure of which a higher one is better.
   *
   * @param name the name of the figure
   * @param function computes the figure of a network
   * @return the monitor
   * @throws InvalidArgumentException if an argument is null
   */
  public static Monitor maximizing(String name, ToDoubleFunction<Model> function) {
    return any(name, true, function);
  }

  private static Monitor any(String name, boolean higher, ToDoubleFunction<Model> function) {
    Checks.of("monitor")
        .that(name != null, "name", "a name", name)
        .that(function != null, "function", "a function", function)
        .done();
    return new Monitor(name, higher, function);
  }

  /**
   * Chooses the output of a graph whose accuracy or F1 is watched.
   *
   * @param output the name of the output
   * @return a new monitor, whose name begins with that of the output
   * @throws InvalidArgumentException if the name is null, or this monitor watches neither accuracy
   *     nor F1
   */
  public Monitor ofOutput(String output) {
    Checks.of("monitor")
        .that(output != null, "output", "a name", output)
        .that(
            function instanceof Classification,
            "ofOutput",
            "called on validation accuracy or F1",
            this)
        .done();
    Classification figure = Objects.requireNonNull((Classification) function);
    return new Monitor(output + " " + name, higherIsBetter, false, figure.of(output), average);
  }

  /**
   * Gives the figure another name, so that a {@link History} can record it for several data sets.
   *
   * @param other the name
   * @return a new monitor of the same figure
   * @throws InvalidArgumentException if it is null
   */
  public Monitor named(String other) {
    Checks.of("monitor").that(other != null, "name", "a name", other).done();
    return new Monitor(other, higherIsBetter, trainingLoss, function, average);
  }

  /**
   * Judges the network by the average of its weights. Until there is an average, as before {@code
   * startEpoch} of stochastic weight averaging, the network itself is judged.
   *
   * @param weights the listener that keeps the average; it must be added to the network before the
   *     listener that has this monitor
   * @return a new monitor, whose name begins with {@code averaged}
   * @throws InvalidArgumentException if it is null, or this monitor watches the training loss,
   *     which belongs to the weights that are trained, or already watches an average
   */
  public Monitor ofAverage(AveragesWeights weights) {
    return ofAverage(new Average(weights, null));
  }

  /**
   * Judges the network by the average of its weights, with statistics of batch normalization that
   * are computed from training data under these weights.
   *
   * @param weights the listener that keeps the average; it must be added to the network before the
   *     listener that has this monitor
   * @param data training data, which are read once for each figure and epoch; use an iterator that
   *     nothing else uses
   * @return a new monitor, whose name begins with {@code averaged}
   * @throws InvalidArgumentException if an argument is null, if the data cannot be reset, or if
   *     this monitor watches the training loss or already watches an average
   */
  public Monitor ofAverage(AveragesWeights weights, DataSetIterator data) {
    return ofAverage(weights, multi(data));
  }

  /**
   * Judges as {@link #ofAverage(AveragesWeights, DataSetIterator)} does.
   *
   * @param weights the listener that keeps the average
   * @param data training data, which are read once for each figure and epoch
   * @return a new monitor, whose name begins with {@code averaged}
   * @throws InvalidArgumentException as {@link #ofAverage(AveragesWeights, DataSetIterator)}
   */
  public Monitor ofAverage(AveragesWeights weights, MultiDataSetIterator data) {
    return ofAverage(new Average(weights, check(data)));
  }

  private Monitor ofAverage(Average judged) {
    Checks.of("monitor")
        .that(judged.weights != null, "weights", "an average of weights", judged.weights)
        .that(!trainingLoss, "ofAverage", "called on a figure of the network", this)
        .that(average == null, "ofAverage", "called once", this)
        .done();
    return new Monitor("averaged " + name, higherIsBetter, false, function, judged);
  }

  /** Makes the network that is judged from the one that is trained. */
  private record Average(AveragesWeights weights, @Nullable MultiDataSetIterator data) {

    Model of(Model model) {
      if (weights.count(model) > 0) {
        return data == null ? weights.averaged(model) : weights.averaged(model, data);
      }
      if (Network.of(model).listeners().stream().noneMatch(each -> each == weights)) {
        throw new IllegalStateException(
            "monitor: the average must be a listener of the network, before the one that watches;"
                + " the network does not have "
                + weights);
      }
      return model;
    }
  }

  /** Returns the name of the figure, such as {@code validation loss}. */
  public String name() {
    return name;
  }

  /** Returns whether a higher figure is better: false for losses. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** Returns whether it is {@link #trainingLoss()}, whose mean the listener has to compute. */
  public boolean isTrainingLoss() {
    return trainingLoss;
  }

  /** Returns whether there was a step, so that there is a figure. */
  boolean hasFigure(MeanLoss loss) {
    return !loss.isOfEmptyEpoch() && !(trainingLoss && loss.steps() == 0);
  }

  /** Returns whether the figure is that of the network with averaged weights. */
  boolean isOfAverage() {
    return average != null;
  }

  /**
   * Computes the figure. For the training loss this is the loss of the last step.
   *
   * @param model the network
   * @return the figure
   * @throws IllegalStateException if this monitor was loaded with a listener, and so has no data or
   *     function
   */
  public double of(Model model) {
    Objects.requireNonNull(model, "monitor: model must be given, was null");
    return trainingLoss ? model.score() : ofJudged(judged(model));
  }

  /** Computes the figure at the end of an epoch, or of some steps. */
  double of(Model model, MeanLoss loss) {
    return ofJudged(judged(model), loss);
  }

  /** Returns the network that is judged: the one that is trained, or its average. */
  Model judged(Model model) {
    Objects.requireNonNull(model, "monitor: model must be given, was null");
    return average == null ? model : average.of(model);
  }

  /** Computes the figure of the network that is {@link #judged}. */
  double ofJudged(Model judged, MeanLoss loss) {
    return trainingLoss ? loss.mean() : ofJudged(judged);
  }

  private double ofJudged(Model judged) {
    if (function == null) {
      throw new IllegalStateException(
          "the monitor \""
              + name
              + "\" was loaded, and its data or function are not saved; make the listener with its"
              + " monitor again, and resume it: listener.resumeFrom(saved)");
    }
    return function.applyAsDouble(judged);
  }

  private static MultiDataSetIterator multi(DataSetIterator data) {
    check(data != null && data.resetSupported(), data);
    return new MultiDataSetIteratorAdapter(data);
  }

  private static MultiDataSetIterator check(MultiDataSetIterator data) {
    check(data != null && data.resetSupported(), data);
    return data;
  }

  private static void check(boolean resets, Object data) {
    Checks.of("monitor").that(resets, "data", "an iterator that can be reset", data).done();
  }

  /** Resets the data, which must have an example. */
  static MultiDataSetIterator restart(MultiDataSetIterator data) {
    data.reset();
    if (!data.hasNext()) {
      throw new IllegalStateException(
          "monitor: the validation data must have an example, had none after a reset");
    }
    return data;
  }

  /** Computes the loss on data. */
  private record ValidationLoss(MultiDataSetIterator data) implements ToDoubleFunction<Model> {

    @Override
    public double applyAsDouble(Model model) {
      Network network = Network.of(model);
      // Without conf.miniBatch DL4J's score is the sum over a batch.
      boolean isMean = network.sumsGradients();
      double sum = 0;
      long examples = 0;
      restart(data);
      while (data.hasNext()) {
        var batch = data.next();
        long size = batch.getFeatures(0).size(0);
        sum += network.score(batch, false) * (isMean ? size : 1);
        examples += size;
      }
      return sum / examples;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Monitor that
        && name.equals(that.name)
        && higherIsBetter == that.higherIsBetter
        && trainingLoss == that.trainingLoss
        && Objects.equals(function, that.function)
        && Objects.equals(average, that.average);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, higherIsBetter);
  }

  @Override
  public String toString() {
    return name;
  }
}
