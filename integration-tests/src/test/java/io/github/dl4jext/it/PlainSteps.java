package io.github.dl4jext.it;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * What update rules, and what acts beside them, do to one vector of weights: the papers' formulas
 * in plain Java, one step after the other. Nothing of the library is used.
 */
final class PlainSteps {

  /** Learns of one minibatch: changes the weights. */
  interface Learning {
    void minibatch(double[] weights, double[] gradient);
  }

  /** Turns a gradient into what is subtracted; it may look at the weights. */
  interface Rule {
    double[] step(double[] weights, double[] gradient, double rate, int number);
  }

  /** Changes a gradient, or what is subtracted, in view of the weights. */
  interface Beside {
    void act(double[] weights, double[] changed, double rate);
  }

  private PlainSteps() {}

  static final Beside NOTHING = (w, u, rate) -> {};

  static Beside l2(double c) {
    return (w, g, rate) -> add(g, c, w);
  }

  static Beside l1(double c) {
    return (w, g, rate) -> Arrays.setAll(g, i -> g[i] + c * Math.signum(w[i]));
  }

  static Beside decay(double c) {
    return (w, u, rate) -> add(u, c, w);
  }

  static Beside decayByRate(double c) {
    return (w, u, rate) -> add(u, rate * c, w);
  }

  /** One step per minibatch: penalty, then rule, then decay beside it. */
  static Learning steps(Rule rule, IntToDoubleFunction rates, Beside penalty, Beside decay) {
    int[] made = {0};
    return (w, gradient) -> {
      double rate = rates.applyAsDouble(made[0]++);
      double[] g = gradient.clone();
      penalty.act(w, g, rate);
      double[] u = rule.step(w, g, rate, made[0]);
      decay.act(w, u, rate);
      add(w, -1, u);
    };
  }

  static Learning accumulated(Learning inner, int minibatches) {
    double[][] sum = {null};
    int[] seen = {0};
    return (w, g) -> {
      sum[0] = sum[0] == null ? new double[g.length] : sum[0];
      add(sum[0], 1.0 / minibatches, g);
      if (++seen[0] % minibatches == 0) {
        inner.minibatch(w, sum[0]);
        sum[0] = null;
      }
    };
  }

  static Learning ahead(Learning inner, int steps, double alpha) {
    double[][] slow = {null};
    int[] seen = {0};
    return (w, g) -> {
      slow[0] = slow[0] == null ? w.clone() : slow[0];
      inner.minibatch(w, g);
      if (++seen[0] % steps == 0) {
        double[] from = slow[0];
        Arrays.setAll(w, i -> from[i] + alpha * (w[i] - from[i]));
        slow[0] = null;
      }
    };
  }

  static Rule sgd() {
    return (w, g, rate, t) -> times(rate, g);
  }

  static Rule momentum(double mu) {
    double[][] velocity = {null};
    return (w, g, rate, t) -> {
      double[] v = velocity[0] == null ? new double[g.length] : times(mu, velocity[0]);
      add(v, 1, g);
      velocity[0] = v;
      return times(rate, v);
    };
  }

  static Rule adam(double epsilon) {
    double[][] moments = new double[2][];
    return (w, g, rate, t) -> {
      if (t == 1) {
        moments[0] = new double[g.length];
        moments[1] = new double[g.length];
      }
      double[] u = new double[g.length];
      for (int i = 0; i < g.length; i++) {
        moments[0][i] = 0.9 * moments[0][i] + 0.1 * g[i];
        moments[1][i] = 0.999 * moments[1][i] + 0.001 * g[i] * g[i];
        double mean = moments[0][i] / (1 - Math.pow(0.9, t));
        double square = moments[1][i] / (1 - Math.pow(0.999, t));
        u[i] = rate * mean / (Math.sqrt(square) + epsilon);
      }
      return u;
    };
  }

  static Rule adamW(double weightDecay, double epsilon) {
    Rule adam = adam(epsilon);
    return (w, g, rate, t) -> {
      double[] u = adam.step(w, g, rate, t);
      add(u, rate * weightDecay, w);
      return u;
    };
  }

  static Rule lamb(double weightDecay) {
    Rule adamW = adamW(weightDecay, 1e-6);
    return (w, g, rate, t) -> {
      double[] u = adamW.step(w, g, rate, t);
      return norm(w) > 0 && norm(u) > 0 ? times(rate * norm(w) / norm(u), u) : u;
    };
  }

  static Rule lars(double weightDecay, double trust) {
    Rule momentum = momentum(0.9);
    return (w, g, rate, t) -> {
      double ratio = trust * norm(w) / (norm(g) + weightDecay * norm(w) + 1e-8);
      double[] scaled = g.clone();
      add(scaled, weightDecay, w);
      return momentum.step(w, times(norm(w) > 0 ? ratio : 1, scaled), rate, t);
    };
  }

  static Rule adan(double weightDecay) {
    double[][] s = new double[4][];
    return (w, g, rate, t) -> {
      if (t == 1) {
        Arrays.setAll(s, i -> i < 3 ? new double[g.length] : g.clone());
      }
      double[] u = new double[g.length];
      for (int i = 0; i < g.length; i++) {
        double change = g[i] - s[3][i];
        s[0][i] = 0.98 * s[0][i] + 0.02 * g[i];
        s[1][i] = 0.92 * s[1][i] + 0.08 * change;
        s[2][i] = 0.99 * s[2][i] + 0.01 * Math.pow(g[i] + 0.92 * change, 2);
        double root = Math.sqrt(s[2][i] / (1 - Math.pow(0.99, t))) + 1e-8;
        double mean = s[0][i] / (1 - Math.pow(0.98, t));
        double slope = 0.92 * s[1][i] / (1 - Math.pow(0.92, t));
        double plain = rate * (mean + slope) / root;
        u[i] = w[i] - (w[i] - plain) / (1 + rate * weightDecay);
      }
      s[3] = g.clone();
      return u;
    };
  }

  private static void add(double[] to, double factor, double[] x) {
    Arrays.setAll(to, i -> to[i] + factor * x[i]);
  }

  private static double[] times(double factor, double[] x) {
    return Arrays.stream(x).map(v -> factor * v).toArray();
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }
}
