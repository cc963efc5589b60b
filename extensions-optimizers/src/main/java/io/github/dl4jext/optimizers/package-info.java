/** Complete update rules, gradient clipping and weight averaging. */
@NullMarked
package io.github.dl4jext.optimizers;

import org.jspecify.annotations.NullMarked;
