package io.github.dl4jext.keras;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AMSGrad;
import io.github.dl4jext.optimizers.AdaDelta;
import io.github.dl4jext.optimizers.AdaGrad;
import io.github.dl4jext.optimizers.AdaMax;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.Lion;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.optimizers.NAdam;
import io.github.dl4jext.optimizers.Nesterov;
import io.github.dl4jext.optimizers.RMSprop;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.optimizers.StepConvention;
import io.github.dl4jext.regularization.penalties.WeightDecay;
import io.github.dl4jext.schedules.Power;
import io.github.dl4jext.schedules.ScheduleProduct;
import io.github.dl4jext.spi.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The optimizer of a file.
 *
 * @param rule steps as Keras's does, its epsilon where Keras has it
 * @param weightDecay share of a weight and of a bias lost per step, times the learning rate
 * @param listeners what Keras's optimizer does beside its steps, made again for each network
 */
record KerasOptimizer(
    Optimizer rule, double weightDecay, List<Supplier<TrainingListener>> listeners) {

  static KerasOptimizer of(KerasObject object, ReportLines lines) {
    KerasFields config = object.config();
    if (object.name().equals("LossScaleOptimizer")) {
      lines.replaced("LossScaleOptimizer: by the optimizer within it, as all is float32 here");
      String inner = config.has("inner_optimizer") ? "inner_optimizer" : "optimizer";
      return of(KerasObject.of(config.place() + ": " + inner, config.get(inner)), lines);
    }
    Optimizer rule = rule(object.name(), config, rate(object.name(), config));
    double decay = config.number("weight_decay", object.name().equals("AdamW") ? 0.004 : 0);
    lines.taken("optimizer " + object + ": " + rule);
    if (decay != 0) {
      lines.taken(
          "weight_decay "
              + decay
              + ": WeightDecay on weights and biases; gamma and beta of batch normalization do not"
              + " decay here");
    }
    int accumulated = config.whole("gradient_accumulation_steps", 1);
    if (accumulated > 1) {
      rule = new GradientAccumulation(rule, accumulated);
      lines.taken("gradient_accumulation_steps " + accumulated + ": GradientAccumulation");
    }
    return new KerasOptimizer(rule, decay, listeners(config, lines));
  }

  /** The {@code decay} before 2.11 divides any rate; that of Nadam is of its momentum. */
  private static ISchedule rate(String name, KerasFields config) {
    String field = config.has("learning_rate") ? "learning_rate" : "lr";
    String place = config.place() + ": " + field;
    ISchedule rate = KerasSchedules.of(place, config.get(field));
    double decay = name.equals("Nadam") ? 0 : config.number("decay", 0);
    if (decay == 0) {
      return rate;
    }
    return rate instanceof FixedSchedule
        ? new Power(config.number(field), 1 / decay)
        : ScheduleProduct.of(rate, new Power(1, 1 / decay));
  }

  /** Whether Keras before 2.11 made it, whose optimizers all had a decay. */
  private static boolean isOld(KerasFields config) {
    return config.has("decay") || config.has("lr") || config.flag("is_legacy_optimizer", false);
  }

  /** Before 2.11 epsilon stood outside of the root, as PyTorch has it. */
  private static StepConvention convention(boolean outside) {
    return outside ? StepConvention.TORCH : StepConvention.KERAS;
  }

  private static Optimizer rule(String name, KerasFields config, ISchedule rate) {
    return switch (name) {
      case "SGD" -> sgd(config, rate);
      case "Adam", "AdamW" -> adam(config, rate);
      case "Nadam" ->
          new NAdam(rate)
              .with(NAdam.FORM, NAdam.Form.PAPER)
              .with(
                  NAdam.MOMENTUM_DECAY, config.number("schedule_decay", config.number("decay", 1)))
              .with(NAdam.BETA1, constant(config, "beta_1", 0.9))
              .with(NAdam.BETA2, constant(config, "beta_2", 0.999))
              .with(NAdam.EPSILON, epsilon(config));
      case "Adamax" ->
          new AdaMax(rate)
              .with(AdaMax.CONVENTION, StepConvention.KERAS)
              .with(AdaMax.BETA1, constant(config, "beta_1", 0.9))
              .with(AdaMax.BETA2, constant(config, "beta_2", 0.999))
              .with(AdaMax.EPSILON, epsilon(config));
      case "Adagrad" ->
          new AdaGrad(rate)
              .with(AdaGrad.CONVENTION, convention(isOld(config)))
              .with(
                  AdaGrad.INITIAL_ACCUMULATOR,
                  config.number("initial_accumulator_value", isOld(config) ? 0 : 0.1))
              .with(AdaGrad.EPSILON, epsilon(config));
      case "Adadelta" ->
          new AdaDelta(rate)
              .with(AdaDelta.RHO, constant(config, "rho", 0.95))
              .with(AdaDelta.EPSILON, epsilon(config));
      case "RMSprop" ->
          new RMSprop(rate)
              .with(
                  RMSprop.CONVENTION,
                  convention(isOld(config) && config.number("momentum", 0) == 0))
              .with(RMSprop.RHO, constant(config, "rho", 0.9))
              .with(RMSprop.MOMENTUM, constant(config, "momentum", 0))
              .with(RMSprop.CENTERED, config.flag("centered", false))
              .with(RMSprop.EPSILON, epsilon(config));
      case "Lion" ->
          new Lion(rate, 0)
              .with(Lion.BETA1, constant(config, "beta_1", 0.9))
              .with(Lion.BETA2, constant(config, "beta_2", 0.99));
      default ->
          throw new KerasImportException(
              "optimizer "
                  + name
                  + " is not known; known are SGD, Adam, AdamW, Nadam, Adamax, Adagrad, Adadelta,"
                  + " RMSprop and Lion. Take network(), give it a loss with TransferBuilder, and an"
                  + " optimizer of your own");
    };
  }

  private static Optimizer sgd(KerasFields config, ISchedule rate) {
    double momentum = config.number("momentum", 0);
    if (momentum == 0) {
      return new SGD(rate);
    }
    return config.flag("nesterov", false)
        ? new Nesterov(rate, new FixedSchedule(momentum))
            .with(Nesterov.CONVENTION, StepConvention.KERAS)
        : new Momentum(rate, new FixedSchedule(momentum))
            .with(Momentum.CONVENTION, StepConvention.KERAS);
  }

  private static Optimizer adam(KerasFields config, ISchedule rate) {
    ISchedule beta1 = constant(config, "beta_1", 0.9);
    ISchedule beta2 = constant(config, "beta_2", 0.999);
    return config.flag("amsgrad", false)
        ? new AMSGrad(rate)
            .with(AMSGrad.CONVENTION, StepConvention.KERAS)
            .with(AMSGrad.BETA1, beta1)
            .with(AMSGrad.BETA2, beta2)
            .with(AMSGrad.EPSILON, epsilon(config))
        : new Adam(rate)
            .with(Adam.CONVENTION, StepConvention.KERAS)
            .with(Adam.BETA1, beta1)
            .with(Adam.BETA2, beta2)
            .with(Adam.EPSILON, epsilon(config));
  }

  private static ISchedule constant(KerasFields config, String field, double orElse) {
    return new FixedSchedule(config.number(field, orElse));
  }

  private static double epsilon(KerasFields config) {
    return config.number("epsilon", 1e-7);
  }

  private static List<Supplier<TrainingListener>> listeners(KerasFields config, ReportLines lines) {
    List<Supplier<TrainingListener>> listeners = new ArrayList<>();
    if (config.has("clipvalue")) {
      double limit = config.number("clipvalue");
      listeners.add(() -> new ClipByValue(limit));
      lines.taken("clipvalue " + limit + ": the listener ClipByValue");
    }
    if (config.has("global_clipnorm")) {
      double norm = config.number("global_clipnorm");
      listeners.add(() -> new ClipByGlobalNorm(norm));
      lines.taken("global_clipnorm " + norm + ": the listener ClipByGlobalNorm");
    }
    if (config.has("clipnorm")) {
      double norm = config.number("clipnorm");
      listeners.add(() -> new ClipByNorm(norm));
      lines.taken("clipnorm " + norm + ": the listener ClipByNorm");
    }
    if (config.flag("use_ema", false)) {
      double decay = config.number("ema_momentum", 0.99);
      listeners.add(() -> new ExponentialMovingAverage(decay));
      lines.taken("use_ema, ema_momentum " + decay + ": the listener ExponentialMovingAverage");
      if (config.has("ema_overwrite_frequency")) {
        lines.ignored(
            "ema_overwrite_frequency "
                + config.whole("ema_overwrite_frequency")
                + ": the average is not put into the network; take it by averaged(network)");
      }
    }
    if (config.has("loss_scale_factor")) {
      lines.replaced("loss_scale_factor: by none, as all is float32 here");
    }
    return listeners;
  }

  /** Has a live network learn by it. */
  void configure(Model model) {
    rule.configure(model);
    if (weightDecay != 0) {
      for (LiveNode node : Network.of(model).nodes()) {
        node.learners().forEach(this::decay);
      }
    }
    Network network = Network.of(model);
    List<TrainingListener> all = new ArrayList<>(network.listeners());
    listeners.forEach(listener -> all.add(listener.get()));
    network.setListeners(all);
  }

  private void decay(TrainingConfig config) {
    Learner learner = Learner.of(config);
    for (Learner.Group group : List.of(learner.weights(), learner.biases())) {
      List<Regularization> terms = new ArrayList<>(group.regularizations());
      terms.add(new WeightDecay(weightDecay));
      group.setRegularizations(terms);
    }
  }
}
