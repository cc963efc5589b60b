package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.List;

/**
 * Holds everything that a run has produced; a worker process prints it as a line of JSON.
 *
 * @param stackTrace the stack trace of the failure, for {@code --verbose}; empty if there was none
 */
record RunOutcome(RunResult result, List<Drawing> drawings, String stackTrace) {}
