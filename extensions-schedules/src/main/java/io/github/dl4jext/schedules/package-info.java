/**
 * Schedules of rates and momenta, one file each. Start with {@code Cosine}; {@code Steps} counts
 * steps, {@code ScheduleAdvice} checks a schedule before the run.
 */
@NullMarked
package io.github.dl4jext.schedules;

import org.jspecify.annotations.NullMarked;
