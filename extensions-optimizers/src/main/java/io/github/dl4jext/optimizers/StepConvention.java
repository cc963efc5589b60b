package io.github.dl4jext.optimizers;

/**
 * Chooses whose formula of a step is used where PyTorch and Keras differ. With eta, mu, epsilon and
 * t as the optimizer's, and m, v, a, u, s its running means, maximum and sum:
 *
 * <table><caption>The differences</caption>
 * <tr><th>optimizer</th><th>TORCH</th><th>KERAS</th></tr>
 * <tr><td>{@link Momentum}</td><td>{@code b = mu b + g}, {@code w -= eta b}</td>
 * <td>{@code b = mu b + eta g}, {@code w -= b}</td></tr>
 * <tr><td>{@link Nesterov}</td><td>{@code b = mu b + g}, {@code w -= eta (g + mu b)}</td>
 * <td>{@code b = mu b + eta g}, {@code w -= eta g + mu b}</td></tr>
 * <tr><td>{@link AdaGrad}</td><td>{@code w -= eta g / (sqrt(s) + epsilon)}</td>
 * <td>{@code w -= eta g / sqrt(s + epsilon)}</td></tr>
 * <tr><td>{@link RMSprop}</td><td>{@code g / (sqrt(v) + epsilon)}</td>
 * <td>{@code g / sqrt(v + epsilon)}</td></tr>
 * <tr><td>the same, centered</td><td>{@code g / (sqrt(v - a^2) + epsilon)}</td>
 * <td>{@code g / sqrt(v - a^2 + epsilon)}</td></tr>
 * <tr><td>the same, with momentum</td><td>{@code b = mu b + g / ...}, {@code w -= eta b}</td>
 * <td>{@code b = mu b + eta g / ...}, {@code w -= b}</td></tr>
 * <tr><td>{@link Adam}, {@link AdamW}, {@link AMSGrad}</td>
 * <td>{@code sqrt(v / (1 - beta2^t)) + epsilon}</td>
 * <td>{@code sqrt(v / (1 - beta2^t)) + epsilon / sqrt(1 - beta2^t)}</td></tr>
 * <tr><td>{@link AdaMax}</td><td>{@code u = max(beta2 u, |g| + epsilon)}, {@code m / u}</td>
 * <td>{@code u = max(beta2 u, |g|)}, {@code m / (u + epsilon)}</td></tr>
 * </table>
 *
 * <p>Epsilon of the Keras form of Adam is the paper's "epsilon hat": it is added to the root of the
 * uncorrected v. The velocity of Keras holds the rates under which it grew, so that a change of the
 * rate takes effect slowly; at a constant rate both forms are the same. Defaults are not a part of
 * the form: Keras's epsilon is 1e-7, and its AdaGrad starts from {@link
 * AdaGrad#INITIAL_ACCUMULATOR} 0.1. All other optimizers step the same way in both; for {@link
 * NAdam} see its {@code form}.
 *
 * @see <a href="https://keras.io/api/optimizers/">Keras's optimizers</a>
 * @see <a href="https://pytorch.org/docs/stable/optim.html">PyTorch's optimizers</a>
 */
public enum StepConvention {
  /** PyTorch's. */
  TORCH,
  /** Keras's, of versions 2.11 to 3. */
  KERAS
}
