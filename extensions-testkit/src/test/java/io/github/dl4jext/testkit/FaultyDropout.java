package io.github.dl4jext.testkit;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/** Dropout, but for one fault. */
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE)
final class FaultyDropout implements IDropout {

  private static final long serialVersionUID = 1L;

  private static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share dropped");
  private static final Parameter<Fault> FAULT =
      Parameter.choice("fault", Fault.class).doc("what is wrong");

  /** What is wrong. */
  enum Fault {
    NONE,
    UNSCALED,
    NEW_MASK_ON_THE_WAY_BACK,
    OWN_SEED,
    ONE_MASK_FOR_ALL_EXAMPLES,
    SEES_ITS_NEIGHBOURS,
    FIRST_COME,
    COPIED,
    TRAINS_WITHOUT_SCHEDULE
  }

  @NumberOrSchedule.Json private final ISchedule rate;
  private final Fault fault;
  private final transient ThreadLocal<Deque<INDArray>> masks =
      ThreadLocal.withInitial(ArrayDeque::new);

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static FaultyDropout read(Arguments json) {
    return (FaultyDropout) TECHNIQUE.restore(json);
  }

  FaultyDropout(ISchedule rate, Fault fault) {
    Checks.of("faulty_dropout").check(RATE, rate).done();
    this.rate = rate;
    this.fault = fault;
  }

  @Override
  public INDArray applyDropout(
      INDArray in, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    double dropped =
        NumberOrSchedule.at(
            "faulty_dropout",
            RATE,
            rate,
            fault == Fault.TRAINS_WITHOUT_SCHEDULE ? 0 : iteration,
            epoch);
    if (fault == Fault.OWN_SEED) {
      Nd4j.getRandom().setSeed(1);
    }
    long[] drawn = result.shape().clone();
    if (fault == Fault.ONE_MASK_FOR_ALL_EXAMPLES) {
      drawn[0] = 1;
    }
    INDArray mask = Nd4j.ones(result.dataType(), result.shape());
    if (dropped > 0) {
      mask.muli(
          scaled(
              Nd4j.rand(result.dataType(), drawn).gte(dropped).castTo(result.dataType()), dropped));
    }
    masks.get().push(mask.detach()); // out of the workspace of the host
    if (result != in) {
      result.assign(in);
    }
    result.muli(mask);
    return fault == Fault.COPIED ? result.dup() : result;
  }

  private INDArray scaled(INDArray mask, double dropped) {
    return fault == Fault.UNSCALED ? mask : mask.divi(1 - dropped);
  }

  @Override
  public INDArray backprop(INDArray gradient, INDArray below, int iteration, int epoch) {
    Deque<INDArray> waiting = masks.get();
    INDArray mask = fault == Fault.FIRST_COME ? waiting.removeLast() : waiting.pop();
    if (fault == Fault.NEW_MASK_ON_THE_WAY_BACK) {
      double dropped = rate.valueAt(iteration, epoch);
      mask =
          scaled(
              Nd4j.rand(mask.dataType(), mask.shape()).gte(dropped).castTo(mask.dataType()),
              dropped);
    }
    if (below != gradient) {
      below.assign(gradient);
    }
    return below.muli(mask);
  }

  void disturb(INDArray activations, long... seeds) {
    double dropped = rate.valueAt(0, 0);
    long width = activations.length() / seeds.length;
    double[] mask = new double[(int) activations.length()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = 1;
    }
    for (int row = 0; row < seeds.length && dropped > 0; row++) {
      long neighbours = fault == Fault.SEES_ITS_NEIGHBOURS ? Arrays.stream(seeds).sum() : 0;
      SplittableRandom random = new SplittableRandom(seeds[row] + neighbours);
      for (int i = 0; i < width; i++) {
        mask[(int) (row * width + i)] = random.nextDouble() < dropped ? 0 : 1 / (1 - dropped);
      }
    }
    activations.muli(
        Nd4j.createFromArray(mask)
            .reshape('c', activations.shape())
            .castTo(activations.dataType()));
  }

  @Override
  public void clear() {
    masks.get().clear();
  }

  private Object readResolve() {
    return new FaultyDropout(rate, fault);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FaultyDropout that && that.rate.equals(rate) && that.fault == fault;
  }

  @Override
  public int hashCode() {
    return Objects.hash(rate, fault);
  }

  @Override
  public IDropout clone() {
    return new FaultyDropout(rate.clone(), fault);
  }

  @Override
  public String toString() {
    return "FaultyDropout(rate=" + NumberOrSchedule.shown(rate) + ", fault=" + fault + ")";
  }

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "faulty_dropout")
          .summary("dropout with a fault")
          .from("https://example.org/faulty")
          .taking(RATE, FAULT)
          .madeBy(a -> new FaultyDropout(a.get(RATE), a.get(FAULT)));

  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
