/** Schedules of rates and momenta, reduce-on-plateau, and the learning-rate finder. */
package io.github.dl4jext.schedules;
