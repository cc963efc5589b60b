package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.List;

/**
 * Holds all that a run left; a worker process prints it as a line of JSON.
 *
 * @param stackTrace of what made it break off, for {@code --verbose}; may be empty
 */
record RunOutcome(RunResult result, List<Drawing> drawings, String stackTrace) {}
