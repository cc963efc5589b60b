package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.List;

/**
 * What a run left.
 *
 * @param failure where it broke off, or null; also null if that is known by its message alone
 */
record RunOutcome(RunResult result, List<Drawing> pictures, Throwable failure) {}
