package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.optimizers.UpdateRule;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.Section;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * The chapter's pictures of the optimizers, drawn by the update rules themselves: how each walks
 * down an elongated bowl, (x² + 25 y²) / 2, and along the valley of Rosenbrock's function, (1 - x)²
 * + 10 (y - x²)². No network and no images are used.
 */
@AutoService(Experiment.class)
public final class OptimizerPaths implements Experiment {

  private static final String GD = "gradient descent";
  private static final String MOMENTUM = "momentum";
  private static final String NESTEROV = "Nesterov";
  private static final String ADAGRAD = "AdaGrad";
  private static final String RMSPROP = "RMSprop";
  private static final String ADAM = "Adam";

  /** An optimizer with a rate that suits the bowl, and one that suits the valley. */
  private record Row(String name, String onBowl, String onValley) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(GD, "sgd(learningRate=0.02)", "sgd(learningRate=0.003)"),
          new Row(
              MOMENTUM,
              "momentum(learningRate=0.02, momentum=0.9)",
              "momentum(learningRate=0.003, momentum=0.9)"),
          new Row(
              NESTEROV,
              "nesterov(learningRate=0.02, momentum=0.9)",
              "nesterov(learningRate=0.003, momentum=0.9)"),
          new Row(ADAGRAD, "adagrad(learningRate=0.5)", "adagrad(learningRate=0.3)"),
          new Row(
              RMSPROP,
              "rmsprop(learningRate=0.05, rho=0.9)",
              "rmsprop(learningRate=0.02, rho=0.9)"),
          new Row(ADAM, "adam(learningRate=0.3)", "adam(learningRate=0.1)"));

  private static final int STEPS = 300;
  private static final double STEEPNESS = 25;
  private static final double NEAR = 1e-3;

  @Override
  public About about() {
    return new About(
            "optimizer-paths",
            "the paths of the optimizers down an elongated bowl and along a valley, as pictures",
            Duration.ofSeconds(3),
            1)
        .in(Section.OPTIMIZERS);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "momentum reaches a loss of 0.001 in the bowl in fewer steps than gradient descent",
            averages -> averages.get(steps("bowl", MOMENTUM)) < averages.get(steps("bowl", GD))),
        new Claim(
            "momentum reaches a loss of 0.001 in the valley in fewer steps than gradient descent",
            averages ->
                averages.get(steps("valley", MOMENTUM)) < averages.get(steps("valley", GD))),
        new Claim(
            "momentum overshoots the optimum of the bowl, and Nesterov overshoots it by less",
            averages ->
                averages.get(overshoot(MOMENTUM)) > 0.1
                    && averages.get(overshoot(NESTEROV)) < averages.get(overshoot(MOMENTUM))),
        new Claim(
            "with momentum 0.9 the terminal velocity is 10 times that of gradient descent",
            averages -> Math.abs(averages.get(VELOCITY) - 10) < 1e-3),
        new Claim(
            "AdaGrad's first step points more directly at the optimum than that of gradient descent",
            averages -> averages.get(angle(ADAGRAD)) < averages.get(angle(GD))),
        new Claim(
            "AdaGrad's steps become ever shorter: in the valley Adam arrives first",
            averages ->
                averages.get(steps("valley", ADAM)) < averages.get(steps("valley", ADAGRAD))));
  }

  private static final String VELOCITY =
      "step length on a uniform slope, momentum divided by gradient descent";

  private static String steps(String where, String name) {
    return "steps to a loss of " + NEAR + ", " + where + ", " + name;
  }

  private static String overshoot(String name) {
    return "distance beyond the optimum along the bowl, " + name;
  }

  private static String angle(String name) {
    return "degrees between the first step and the optimum, " + name;
  }

  @Override
  public void run(Context context) {
    LineChart.Builder bowl = LineChart.titled("").xLabel("x").yLabel("y");
    LineChart.Builder bowlLoss = losses();
    LineChart.Builder valley = LineChart.titled("").xLabel("x").yLabel("y");
    LineChart.Builder valleyLoss = losses();
    for (Row row : ROWS) {
      Path down = Path.walked(row.onBowl(), OptimizerPaths::slopeOfBowl, -8, 2);
      Path along = Path.walked(row.onValley(), OptimizerPaths::slopeOfValley, -1.2, 1);
      bowl.line(row.name(), down.x(), down.y());
      valley.line(row.name(), along.x(), along.y());
      bowlLoss.line(row.name(), down.losses(OptimizerPaths::bowl));
      valleyLoss.line(row.name(), along.losses(OptimizerPaths::valley));
      context.report(steps("bowl", row.name()), firstBelow(down.losses(OptimizerPaths::bowl)));
      context.report(steps("valley", row.name()), firstBelow(along.losses(OptimizerPaths::valley)));
      context.report(overshoot(row.name()), down.farthestX());
      context.report(angle(row.name()), down.degreesOff());
    }
    context.report(
        VELOCITY,
        terminal("momentum(learningRate=0.01, momentum=0.9)") / terminal("sgd(learningRate=0.01)"),
        ReferenceFigure.exactly(10));
    context.picture("paths down the bowl", bowl.build());
    context.picture("loss in the bowl by step", bowlLoss.build());
    context.picture("paths along the valley", valley.build());
    context.picture("loss in the valley by step", valleyLoss.build());
  }

  private static LineChart.Builder losses() {
    return LineChart.titled("").xLabel("step").yLabel("loss").logY();
  }

  private static double bowl(double x, double y) {
    return (x * x + STEEPNESS * y * y) / 2;
  }

  private static double[] slopeOfBowl(double... at) {
    return new double[] {at[0], STEEPNESS * at[1]};
  }

  private static double valley(double x, double y) {
    return (1 - x) * (1 - x) + 10 * (y - x * x) * (y - x * x);
  }

  private static double[] slopeOfValley(double... at) {
    double across = at[1] - at[0] * at[0];
    return new double[] {-2 * (1 - at[0]) - 40 * at[0] * across, 20 * across};
  }

  /**
   * The number of the first step after which the loss is below {@link #NEAR}; one more than the
   * number of steps if it never is.
   */
  private static int firstBelow(double... losses) {
    for (int step = 0; step < losses.length; step++) {
      if (losses[step] < NEAR) {
        return step;
      }
    }
    return losses.length;
  }

  /** The length of the last of {@link #STEPS} steps down a slope that is the same everywhere. */
  private static double terminal(String optimizer) {
    Path path = Path.walked(optimizer, at -> new double[] {1, 0}, 0, 0);
    return Math.abs(path.x()[STEPS] - path.x()[STEPS - 1]);
  }

  /** A loss at a point. */
  @FunctionalInterface
  private interface Loss {
    double at(double x, double y);
  }

  /** Where an optimizer was before the first step and after each. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares paths
  private record Path(double[] x, double[] y) {

    static Path walked(String spec, UnaryOperator<double[]> slope, double startX, double startY) {
      UpdateRule<?> rule = (UpdateRule<?>) Plugins.installed().create(Optimizer.class, spec);
      long size = rule.stateSize(2);
      INDArray state = size == 0 ? null : Nd4j.create(DataType.DOUBLE, 1, size);
      GradientUpdater<?> updater = rule.instantiate(state, true);
      double[] x = new double[STEPS + 1];
      double[] y = new double[STEPS + 1];
      x[0] = startX;
      y[0] = startY;
      for (int step = 0; step < STEPS; step++) {
        // The updater overwrites the gradient with the update to subtract.
        INDArray change = Nd4j.createFromArray(slope.apply(new double[] {x[step], y[step]}));
        updater.applyUpdater(change, step, 0);
        x[step + 1] = x[step] - change.getDouble(0);
        y[step + 1] = y[step] - change.getDouble(1);
      }
      return new Path(x, y);
    }

    double[] losses(Loss loss) {
      double[] losses = new double[x.length];
      for (int step = 0; step < x.length; step++) {
        losses[step] = loss.at(x[step], y[step]);
      }
      return losses;
    }

    /** The largest x of a path that starts at a negative x; 0, the optimum, if no x is larger. */
    double farthestX() {
      double farthest = 0;
      for (double place : x) {
        farthest = Math.max(farthest, place);
      }
      return farthest;
    }

    /** The angle between the first step and the direction of the optimum, which is (0, 0). */
    double degreesOff() {
      double stepped = Math.atan2(y[1] - y[0], x[1] - x[0]);
      return Math.abs(Math.toDegrees(stepped - Math.atan2(-y[0], -x[0])));
    }
  }
}
