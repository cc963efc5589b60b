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
 * Says which figure of a network a listener watches, and whether more of it is better: what Keras
 * calls {@code monitor} and {@code mode}.
 *
 * <pre>{@code
 * EarlyStopping.builder().monitor(Monitor.validationLoss(valid)).patience(10).build();
 * new History(Monitor.validationLoss(valid), Monitor.validationAccuracy(valid));
 * }</pre>
 *
 * <p>Figures on validation data go through the data once each time they are asked for, and reset
 * them before. Masks count. A network whose outputs are NaN has the figure NaN, where DL4J's
 * evaluation throws.
 *
 * <p><b>Several sigmoid outputs.</b> A layer of them says yes or no to each label by itself, and
 * several may hold at once. Where the output's activation is a sigmoid, or its loss a binary
 * cross-entropy, and it has more than one column, the accuracy is therefore Keras's binary
 * accuracy: the share of all labels of all examples that are right, at a threshold of 0.5; and F1
 * is the micro average, of all true and false positives and negatives together. For a softmax, and
 * all others, the largest output is the class; F1 is that of class 1 if there are two classes, or
 * the mean over the classes.
 *
 * <p><b>Several outputs.</b> The loss is that of the whole network. Accuracy and F1 want {@link
 * #ofOutput}, and refuse a graph of several outputs without it.
 *
 * <p><b>Averaged weights.</b> With {@link #ofAverage} a figure is of the network with the average
 * of its weights, which is a network of its own: the one that is trained is not touched, to the
 * last bit. It takes a copy of the network for each figure and epoch.
 *
 * <pre>{@code
 * ExponentialMovingAverage ema = new ExponentialMovingAverage(0.999);
 * net.addListeners(ema, new History(Monitor.validationLoss(valid).ofAverage(ema)));
 * }</pre>
 *
 * <p><b>Saving.</b> Name and direction are stored with a listener; what is computed is not, since
 * data and functions are the program's, see {@link ResumableListener}.
 */
public final class Monitor implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final boolean higherIsBetter;
  private final boolean trainingLoss;

  /** Null for the training loss, and after being loaded. */
  private final transient @Nullable ToDoubleFunction<Model> function;

  /** Null where the network itself is judged, and after being loaded. */
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
   * Watches the training loss: the mean over the steps since the last time, each before its update,
   * with dropout and regularization. It costs nothing.
   *
   * @return the monitor {@code loss}, of which less is better
   */
  public static Monitor trainingLoss() {
    return new Monitor("loss", false, true, null, null);
  }

  /**
   * Watches the loss on other data, with L1 and L2 as in training: the mean over all examples,
   * which a mean over batches of several sizes would not be.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation loss}, of which less is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationLoss(DataSetIterator data) {
    return validationLoss(multi(data));
  }

  /** Watches the loss on other data, as {@link #validationLoss(DataSetIterator)} does. */
  public static Monitor validationLoss(MultiDataSetIterator data) {
    return new Monitor("validation loss", false, new ValidationLoss(check(data)));
  }

  /**
   * Watches the share of other data that is classified rightly: of examples, or of labels where
   * each stands for itself.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation accuracy}, of which more is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationAccuracy(DataSetIterator data) {
    return validationAccuracy(multi(data));
  }

  /** Watches the accuracy on other data, as {@link #validationAccuracy(DataSetIterator)} does. */
  public static Monitor validationAccuracy(MultiDataSetIterator data) {
    return new Monitor("validation accuracy", true, Classification.accuracy(check(data)));
  }

  /**
   * Watches the F1 score on other data: of class 1 if there are two, the mean over more of them,
   * the micro average where each label stands for itself.
   *
   * @param data validation data that can be reset
   * @return the monitor {@code validation f1}, of which more is better
   * @throws InvalidArgumentException if the data are null or cannot be reset
   */
  public static Monitor validationF1(DataSetIterator data) {
    return validationF1(multi(data));
  }

  /** Watches the F1 score on other data, as {@link #validationF1(DataSetIterator)} does. */
  public static Monitor validationF1(MultiDataSetIterator data) {
    return new Monitor("validation f1", true, Classification.f1(check(data)));
  }

  /**
   * Watches any figure of which less is better.
   *
   * @param name what it is
   * @param function of the network
   * @return the monitor
   * @throws InvalidArgumentException if one is null
   */
  public static Monitor minimizing(String name, ToDoubleFunction<Model> function) {
    return any(name, false, function);
  }

  /** Watches any figure of which more is better, as {@link #minimizing} does of which less is. */
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
   * Says which output of a graph accuracy or F1 are of.
   *
   * @param output the name of the output
   * @return another monitor, whose name has the output's before it
   * @throws InvalidArgumentException if this watches neither accuracy nor F1
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
   * Gives the figure another name, so that a {@link History} can have it of several data.
   *
   * @param other the name
   * @return another monitor of the same figure
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
   * @param weights keeps the average; a listener of the network, added before the one that watches
   * @return another monitor, whose name has {@code averaged} before it
   * @throws InvalidArgumentException if it is null, or this is the training loss, which is that of
   *     the weights that are trained
   */
  public Monitor ofAverage(AveragesWeights weights) {
    return ofAverage(new Average(weights, null));
  }

  /**
   * Judges the network by the average of its weights, with the statistics of batch normalization
   * that training data have under these weights.
   *
   * @param weights keeps the average; a listener of the network, added before the one that watches
   * @param data training data, which are gone through once for each figure and epoch; an iterator
   *     of their own
   * @return another monitor, whose name has {@code averaged} before it
   * @throws InvalidArgumentException if one is null, or the data cannot be reset, or this is the
   *     training loss
   */
  public Monitor ofAverage(AveragesWeights weights, DataSetIterator data) {
    return ofAverage(weights, multi(data));
  }

  /** Judges as {@link #ofAverage(AveragesWeights, DataSetIterator)} does. */
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

  /** Makes the network that is judged of the one that is trained. */
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

  /** Returns whether more of it is better: false for losses. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** Returns whether it is {@link #trainingLoss()}, whose mean the listener has to add up. */
  public boolean isTrainingLoss() {
    return trainingLoss;
  }

  /** Checks whether there was a step to judge by. */
  boolean hasFigure(MeanLoss loss) {
    return !loss.isOfEmptyEpoch() && !(trainingLoss && loss.steps() == 0);
  }

  /** Returns whether it is of the network with averaged weights. */
  boolean isOfAverage() {
    return average != null;
  }

  /**
   * Computes the figure. For the training loss that is the loss of the last step.
   *
   * @param model the network
   * @return the figure
   * @throws IllegalStateException if this was loaded with a listener
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

  /** Computes the figure of what is {@link #judged}. */
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

  /** Begins to go through data. */
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
