package io.github.dl4jext.it;

import static io.github.dl4jext.it.PlainSteps.accumulated;
import static io.github.dl4jext.it.PlainSteps.ahead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.it.PlainSteps.Beside;
import io.github.dl4jext.it.PlainSteps.Learning;
import io.github.dl4jext.it.PlainSteps.Rule;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.LAMB;
import io.github.dl4jext.optimizers.Lookahead;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.FixedSchedule;

/**
 * Every regularization beside every optimizer, in both types of network and however it was put
 * there, goes where the formulas go that {@link PlainSteps} has.
 */
class RegularizationBesideOptimizersTest {

  private static final double[] START = {0.8, -1.2};
  private static final String RATE = "exponential(initialRate=0.1, decayRate=0.9, decaySteps=1)";
  private static final IntToDoubleFunction RATES = step -> 0.1 * Math.pow(0.9, step);

  /** A regularization, and what it is before and after a rule. */
  private record Term(Regularization term, Beside before, Beside after) {
    static Term penalty(Regularization term, Beside before) {
      return new Term(term, before, PlainSteps.NOTHING);
    }

    static Term decay(Regularization term, Beside after) {
      return new Term(term, PlainSteps.NOTHING, after);
    }

    Learning beside(Rule rule) {
      return PlainSteps.steps(rule, RATES, before, after);
    }
  }

  private static final List<Term> TERMS =
      List.of(
          Term.penalty(new L1Regularization(0.05), PlainSteps.l1(0.05)),
          Term.penalty(new L2Regularization(0.3), PlainSteps.l2(0.3)),
          Term.penalty(new L1(0.05), PlainSteps.l1(0.05)),
          Term.penalty(new L2(0.3), PlainSteps.l2(0.3)),
          Term.decay(new WeightDecay(0.3, true), PlainSteps.decayByRate(0.3)),
          Term.decay(new WeightDecay(0.02, false), PlainSteps.decay(0.02)),
          Term.decay(
              new io.github.dl4jext.regularization.penalties.WeightDecay(0.3),
              PlainSteps.decayByRate(0.3)));

  /** An optimizer, and what it makes of a term and a rule. */
  private record Case(String spec, Supplier<Rule> rule, Function<Learning, Learning> around) {}

  private static List<Case> cases() {
    record Inner(String spec, Supplier<Rule> rule) {}
    List<Inner> inner =
        List.of(
            new Inner("sgd(learningRate=%s)", PlainSteps::sgd),
            new Inner("adamw(learningRate=%s, weightDecay=0.4)", () -> PlainSteps.adamW(0.4, 1e-8)),
            new Inner("lamb(learningRate=%s, weightDecay=0.4)", () -> PlainSteps.lamb(0.4)),
            new Inner("adan(learningRate=%s, weightDecay=0.4)", () -> PlainSteps.adan(0.4)),
            new Inner(
                "lars(learningRate=%s, weightDecay=0.4, trustCoefficient=0.2)",
                () -> PlainSteps.lars(0.4, 0.2)));
    List<Case> cases = new ArrayList<>();
    for (Inner one : inner) {
      String spec = one.spec().formatted(RATE);
      cases.add(new Case(spec, one.rule(), x -> x));
      String lookahead = "lookahead(optimizer=" + spec + ", steps=3, alpha=0.4)";
      cases.add(new Case(lookahead, one.rule(), x -> ahead(x, 3, 0.4)));
      cases.add(
          new Case(
              "lookahead(optimizer=" + lookahead + ", steps=6, alpha=0.7)",
              one.rule(),
              x -> ahead(ahead(x, 3, 0.4), 6, 0.7)));
      if (!spec.startsWith("lars")) {
        cases.add(
            new Case(
                "gradient_accumulation(optimizer=" + spec + ", minibatches=2)",
                one.rule(),
                x -> accumulated(x, 2)));
        cases.add(
            new Case(
                "gradient_accumulation(optimizer=" + lookahead + ", minibatches=2)",
                one.rule(),
                x -> accumulated(ahead(x, 3, 0.4), 2)));
      }
    }
    return cases;
  }

  static Stream<Arguments> everyTermBesideEveryOptimizer() {
    return cases().stream()
        .flatMap(c -> TERMS.stream().map(term -> Arguments.of(c.spec(), c, term)));
  }

  private static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder().dataType(type);
  }

  private static OutputLayer layer(Regularization... terms) {
    return layer(null, terms);
  }

  private static OutputLayer layer(IUpdater updater, Regularization... terms) {
    OutputLayer.Builder builder =
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(2)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY);
    if (terms.length > 0) {
      builder.regularization(new ArrayList<>(List.of(terms)));
    }
    return (updater == null ? builder : builder.updater(updater)).build();
  }

  private static MultiLayerConfiguration stack(DataType type, OutputLayer layer) {
    return base(type).list().layer(layer).build();
  }

  private static ComputationGraphConfiguration graph(DataType type, OutputLayer layer) {
    return base(type)
        .graphBuilder()
        .addInputs("in")
        .addLayer("out", layer, "in")
        .setOutputs("out")
        .build();
  }

  private static Model initialised(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  private static Model initialised(ComputationGraphConfiguration conf) {
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }

  /** The example of a minibatch: two features and a label. */
  private static double[] example(int i) {
    return new double[] {Math.sin(i + 1), Math.cos(2 * i), Math.sin(3 * i) - 1};
  }

  private static void fit(Model model, double... example) {
    DataType type = Network.of(model).parameters().dataType();
    DataSet data =
        new DataSet(
            Nd4j.createFromArray(new double[][] {{example[0], example[1]}}).castTo(type),
            Nd4j.createFromArray(new double[][] {{example[2]}}).castTo(type));
    Network.of(model).fit(data);
  }

  private static double[] weights(Model model) {
    return Network.of(model).parameters().castTo(DataType.DOUBLE).dup().data().asDouble();
  }

  private static double[] gradient(double[] w, double[] x) {
    double slope = 2 * (w[0] * x[0] + w[1] * x[1] - x[2]);
    return new double[] {slope * x[0], slope * x[1]};
  }

  private static void assertFollows(String what, Model model, Learning plain) {
    INDArray parameters = Network.of(model).parameters();
    parameters.assign(Nd4j.createFromArray(START).castTo(parameters.dataType()));
    double bound = parameters.dataType() == DataType.DOUBLE ? 1e-9 : 2e-4;
    double[] expected = START.clone();
    for (int i = 0; i < 13; i++) {
      plain.minibatch(expected, gradient(expected, example(i)));
      fit(model, example(i));
      assertThat(weights(model))
          .as("%s, minibatch %d", what, i)
          .containsExactly(expected, within(bound));
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("everyTermBesideEveryOptimizer")
  void actsAsItsFormulaSays(String spec, Case optimizer, Term term) {
    Optimizer made = Plugins.installed().create(Optimizer.class, spec);
    Supplier<Learning> plain = () -> optimizer.around().apply(term.beside(optimizer.rule().get()));
    MultiLayerConfiguration stack = made.configure(stack(DataType.DOUBLE, layer(term.term())));
    assertFollows(
        "stack read from JSON",
        initialised(MultiLayerConfiguration.fromJson(stack.toJson())),
        plain.get());
    MultiLayerConfiguration floats = made.configure(stack(DataType.FLOAT, layer(term.term())));
    assertFollows("stack of floats", initialised(floats), plain.get());
    ComputationGraphConfiguration graph = made.configure(graph(DataType.FLOAT, layer(term.term())));
    assertFollows("graph of floats", initialised(graph), plain.get());
    Model later = initialised(made.configure(graph(DataType.DOUBLE, layer())));
    assertFollows("put there later", Regularizations.onWeights(later, term.term()), plain.get());
    Model again = initialised(new Lookahead(new LAMB()).configure(stack(DataType.DOUBLE, layer())));
    Regularizations.onWeights(again, term.term());
    made.configure(again);
    assertFollows("after another optimizer", again, plain.get());
  }

  /** The decay that PyTorch and optax have where the decay is part of the step. */
  @Test
  void decayWithoutGradients() {
    Regularization decay = new WeightDecay(0.1, true);
    SGD sgd = new SGD(1);
    GradientAccumulation two = new GradientAccumulation(sgd, 2);
    assertThat(decayed(two.configure(stack(DataType.DOUBLE, layer(decay))), 1, 4))
        .containsExactly(new double[] {1, 0.9, 0.9, 0.81}, within(1e-12));
    assertThat(decayed(stack(DataType.DOUBLE, layer(two.updater(), decay)), 1, 4))
        .as("in DL4J's builder")
        .containsExactly(new double[] {1, 0.9, 0.9, 0.81}, within(1e-12));
    assertThat(
            decayed(
                new Lookahead(sgd, 2, 0.5).configure(stack(DataType.DOUBLE, layer(decay))), 1, 4))
        .containsExactly(new double[] {0.9, 0.905, 0.8145, 0.819025}, within(1e-12));
    IUpdater ahead = new Lookahead(sgd, 2, 0.5).updater();
    assertThat(decayed(stack(DataType.DOUBLE, layer(ahead, decay)), 1, 4))
        .as("in DL4J's builder, alpha of the decay in each step")
        .containsExactly(new double[] {0.95, 0.9025, 0.857375, 0.81450625}, within(1e-12));
    assertThat(
            decayed(
                new LAMB(1, 0)
                    .configure(stack(DataType.DOUBLE, layer(new WeightDecay(0.004, true)))),
                2,
                3)[2])
        .isCloseTo(1.9760959, within(5e-8));
  }

  private static double[] decayed(MultiLayerConfiguration conf, double start, int minibatches) {
    Model net = initialised(conf);
    Network.of(net).parameters().assign(start);
    double[] path = new double[minibatches];
    for (int i = 0; i < minibatches; i++) {
      fit(net, 0, 0, 0);
      path[i] = weights(net)[0];
    }
    return path;
  }

  @Test
  void whatTheUserSetsIsShownAsItWasSet() {
    Regularization decay = new WeightDecay(new FixedSchedule(0.1), true);
    MultiLayerNetwork net =
        (MultiLayerNetwork)
            initialised(
                new GradientAccumulation(new LAMB(), 2)
                    .configure(stack(DataType.DOUBLE, layer(decay))));
    new SGD(1).configure(net);
    OutputLayer layer = (OutputLayer) net.getLayerWiseConfigurations().getConf(0).getLayer();
    assertThat(layer.getRegularization()).containsExactly(decay);
    new Lookahead(new SGD(1)).configure(net);
    assertThat(Regularizations.remove(net)).isSameAs(net);
    assertThat(layer.getRegularization()).isEmpty();
  }
}
