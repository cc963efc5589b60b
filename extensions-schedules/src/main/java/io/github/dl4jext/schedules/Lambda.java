package io.github.dl4jext.schedules;

import io.github.dl4jext.spi.Checks;
import java.io.Serializable;
import java.util.function.IntToDoubleFunction;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.databind.JsonMappingException;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.SerializerProvider;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;
import org.nd4j.shade.jackson.databind.jsontype.TypeSerializer;

/**
 * A schedule that is a Java function of the step: {@code f(t) = function(t)}.
 *
 * <p>To try a formula before it has a class of its own:
 *
 * <pre>{@code
 * new Sgd(new Lambda(step -> 0.1 / Math.log(step + 3)))
 * new Sgd(new PerEpoch(new Lambda(epoch -> epoch < 10 ? 0.1 : 0.1 * Math.exp(-0.1 * (epoch - 9)))))
 * }</pre>
 *
 * <p><b>Not stored.</b> JSON cannot contain Java code. A network with such a schedule can be
 * trained, and DL4J's {@code clone()} copies it. Everything that uses JSON (saving, checkpoints,
 * {@code NetworkCopy}, transfer learning and the rate finder) fails with a message that says so;
 * for these, write a record that implements {@code ISchedule}. Java serialization works if it works
 * for what the function captures. Two are equal if they have the same function object. There is no
 * plugin name either, since a spec cannot contain Java code.
 *
 * <p><b>Edges.</b> A value that is negative, infinite or NaN is refused when it is asked for.
 *
 * <p><b>Check.</b> {@code new Lambda(step -> 1.0 / (step + 1))}: 1 at step 0, 0.25 at step 3.
 *
 * <p><b>Departs from PyTorch and Keras.</b> PyTorch's {@code LambdaLR} gives a factor of the rate,
 * and per epoch if it is stepped so; Keras's {@code LearningRateScheduler} counts epochs: both are
 * {@link PerEpoch} around this one. PyTorch leaves the function out of what it saves, without a
 * warning.
 *
 * @param function from the step, counted from 0, to the value
 * @see <a
 *     href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html">PyTorch's
 *     LambdaLR</a>
 */
@JsonSerialize(using = Lambda.Refusal.class)
public record Lambda(OfStep function) implements ISchedule {

  /** A serializable function from the step to the value. */
  @FunctionalInterface
  public interface OfStep extends IntToDoubleFunction, Serializable {}

  public Lambda {
    Checks.of("lambda").that(function != null, "function", "given", function).done();
  }

  /**
   * The function's value.
   *
   * @throws IllegalStateException if it is not a number in [0, inf)
   */
  @Override
  public double valueAt(int iteration, int epoch) {
    double value = function.applyAsDouble(iteration);
    if (value >= 0 && value < Double.POSITIVE_INFINITY) {
      return value;
    }
    throw new IllegalStateException(
        "lambda: function must give a number in [0, inf), was " + value + " at step " + iteration);
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  static final class Refusal extends JsonSerializer<Lambda> {

    @Override
    public void serialize(Lambda lambda, JsonGenerator out, SerializerProvider provider)
        throws JsonMappingException {
      throw JsonMappingException.from(
          out,
          "lambda: function must be a class of its own to be saved or copied with a network, as JSON"
              + " has no Java code: write a record that implements ISchedule");
    }

    @Override
    public void serializeWithType(
        Lambda lambda, JsonGenerator out, SerializerProvider provider, TypeSerializer type)
        throws JsonMappingException {
      serialize(lambda, out, provider);
    }
  }
}
