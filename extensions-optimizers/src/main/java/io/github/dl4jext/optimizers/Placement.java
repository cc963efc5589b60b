package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;

/**
 * Holds where in a network a rule works. It is saved beside the rule's arguments.
 *
 * @param firstIteration the iteration at which the rule began: bias corrections count from there
 * @param block DL4J joins parameters to one block only if this number is equal too; see {@link
 *     Installation}
 */
record Placement(int firstIteration, int block) {

  private static final Parameter<Integer> FIRST_ITERATION =
      Parameter.integer("firstIteration").in("[0, inf)").orElse(0).doc("where the rule began");
  private static final Parameter<Integer> BLOCK =
      Parameter.integer("block").in("[0, inf)").orElse(0).doc("which rules are joined");

  private static final Technique<Placement> TECHNIQUE =
      Technique.of(Placement.class, "placement")
          .taking(FIRST_ITERATION, BLOCK)
          .madeBy(a -> new Placement(a.get(FIRST_ITERATION), a.get(BLOCK)));

  /** The placement among the arguments of a rule. */
  static Placement of(Arguments all) {
    return TECHNIQUE.create(all.only(FIRST_ITERATION, BLOCK));
  }

  /** The arguments of a rule without its placement. */
  static Arguments without(Arguments all) {
    return all.without(FIRST_ITERATION, BLOCK);
  }

  /** The arguments of a rule and its placement. */
  Arguments with(Arguments ofRule) {
    return ofRule.with(FIRST_ITERATION, firstIteration).with(BLOCK, block);
  }
}
